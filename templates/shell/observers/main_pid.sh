# main_pid UNIT prints the PID of its main process.
# requires: unit_property

main_pid() {
  local pid
  pid=$(unit_property "$1" MainPID) || {
    printf '%s\n' "$pid"
    return 2
  }
  if [[ -z $pid || $pid == 0 ]]; then
    printf '%s has no main process\n' "$1"
    return 1
  fi
  printf '%s\n' "$pid"
}
