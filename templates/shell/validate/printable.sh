# printable TEXT: TEXT on one line, cut to a readable length; what could steer a terminal is replaced.

printable() {
  local text=${1//$'\n'/ ⏎ }
  text=${text//[[:cntrl:]]/?}
  if ((${#text} > 300)); then
    text="${text:0:300} …"
  fi
  printf '%s\n' "$text"
}

# padded WIDTH TEXT: TEXT, filled with blanks; counts characters, where printf would count bytes.
padded() {
  local width=$1 text=$2 characters
  characters=${text//[$'\x80'-$'\xbf']/}
  printf '%s%*s' "$text" "$((width > ${#characters} ? width - ${#characters} : 0))" ''
}
