# printable TEXT: TEXT on one line, cut to a readable length; what could steer a terminal is replaced.

PADDED=''

printable() {
  local text=${1//$'\n'/ ⏎ }
  text=${text//[[:cntrl:]]/?}
  if ((${#text} > 300)); then
    text="${text:0:300} …"
  fi
  printf '%s\n' "$text"
}

# pad WIDTH TEXT: PADDED is TEXT, filled with blanks; counts characters, where printf would count bytes.
pad() {
  local width=$1 text=$2 characters
  characters=${text//[$'\x80'-$'\xbf']/}
  printf -v PADDED '%s%*s' "$text" "$((width > ${#characters} ? width - ${#characters} : 0))" ''
}
