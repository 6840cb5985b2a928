# observe_proxied_header NAME URL prints what a header of the answer says, "absent" where it is not sent; one that is sent twice shows twice.
# requires: proxied_request

observe_proxied_header() {
  local answer
  answer=$(proxied_request GET "$2" --output /dev/null --dump-header -) || {
    printf '%s\n' "$answer"
    return 1
  }
  header_of "$1" "$answer"
}

# header_of NAME ANSWER
header_of() {
  local line value=''
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [[ ${line,,} == "${1,,}:"* ]]; then
      line=${line#*:}
      value+=${value:+, }${line#"${line%%[![:space:]]*}"}
    fi
  done <<<"$2"
  printf '%s\n' "${value:-absent}"
}
