# observe_headers_of_errors URL NAME… prints "all" where these headers are sent with an error of the proxy's own, too, else the first that is not.
# requires: proxied_request observe_proxied_header

observe_headers_of_errors() {
  local url=$1 answer name
  shift
  # A body of a petabyte is refused by nginx itself, before the service hears of it; it is only announced.
  answer=$(proxied_request POST "$url" --header 'Content-Length: 1125899906842624' --header 'Expect: 100-continue' \
    --data-binary '' --output /dev/null --dump-header -) || {
    printf '%s\n' "$answer"
    return 1
  }
  if [[ $answer != HTTP/*' 413'* ]]; then
    printf 'no error could be provoked: %s\n' "${answer%%$'\r'*}"
    return 1
  fi
  for name in "$@"; do
    if [[ $(header_of "$name" "$answer") == absent ]]; then
      printf '%s is absent\n' "$name"
      return
    fi
  done
  printf 'all\n'
}
