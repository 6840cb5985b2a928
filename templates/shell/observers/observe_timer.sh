# observe_timer UNIT prints "active" where the timer runs and knows when it elapses next, else what is wrong.

observe_timer() {
  local unit=$1 line load='' active='' realtime='' monotonic=''
  while IFS= read -r line; do
    case $line in
      LoadState=*) load=${line#*=} ;;
      ActiveState=*) active=${line#*=} ;;
      NextElapseUSecRealtime=*) realtime=${line#*=} ;;
      NextElapseUSecMonotonic=*) monotonic=${line#*=} ;;
    esac
  done < <(systemctl show "$unit" --property=LoadState,ActiveState,NextElapseUSecRealtime,NextElapseUSecMonotonic)
  if [[ $load != loaded ]]; then
    printf '%s\n' "${load:-systemd does not answer}"
  elif [[ $active != active ]]; then
    printf '%s\n' "$active"
  elif [[ -z $realtime && ($monotonic == infinity || -z $monotonic) ]]; then
    printf 'active, but it never elapses again\n'
  else
    printf 'active\n'
  fi
}
