# json_string TEXT prints TEXT as a JSON string. Written in Bash because jq may be what is missing.

json_string() {
  local text=$1 code character escaped
  if [[ $text == *[$'\x80'-$'\xff']* ]]; then
    # JSON is UTF-8: bytes that are not are left out.
    text=$(printf '%s' "$text" | iconv -c -f UTF-8 -t UTF-8 2>/dev/null) || text=${text//[$'\x80'-$'\xff']/?}
  fi
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  if [[ $text == *[[:cntrl:]]* ]]; then
    text=${text//$'\n'/\\n}
    text=${text//$'\t'/\\t}
    for code in {1..31}; do
      printf -v escaped '\\u%04x' "$code"
      printf -v character '%b' "\\x$(printf '%x' "$code")"
      text=${text//"$character"/"$escaped"}
    done
  fi
  printf '"%s"' "$text"
}

# json_words WORDS…: a JSON array of strings.
json_words() {
  local word separator=''
  printf '['
  for word in "$@"; do
    printf '%s' "$separator"
    json_string "$word"
    separator=', '
  done
  printf ']'
}
