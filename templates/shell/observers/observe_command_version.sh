# observe_command_version TOOL prints the version that the tool itself reports: 3.11.2
# requires: needs

observe_command_version() {
  local tool=$1 text
  local -a ask=(--version)
  if ! command -v "$tool" >/dev/null; then
    printf '%s is not installed\n' "$tool"
    return 1
  fi
  case $tool in
    nginx | ssh | sshd) ask=(-V) ;;
    java) ask=(-version) ;;
    go) ask=(version) ;;
  esac
  text=$(timeout 10 "$tool" "${ask[@]}" 2>&1 </dev/null) || true
  if [[ $text =~ ([0-9]+(\.[0-9]+)*) ]]; then
    printf '%s\n' "${BASH_REMATCH[1]}"
  else
    printf '%s does not tell its version\n' "$tool"
    return 1
  fi
}
