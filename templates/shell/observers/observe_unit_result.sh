# observe_unit_result UNIT prints how the last run of a oneshot ended: success, never-ran, or what failed.

observe_unit_result() {
  local unit=$1 line load='' started='' result='' status=''
  while IFS= read -r line; do
    case $line in
      LoadState=*) load=${line#*=} ;;
      ExecMainStartTimestampMonotonic=*) started=${line#*=} ;;
      Result=*) result=${line#*=} ;;
      ExecMainStatus=*) status=${line#*=} ;;
    esac
  done < <(systemctl show "$unit" --property=LoadState,ExecMainStartTimestampMonotonic,Result,ExecMainStatus)
  # Result is "success" too for a unit that does not exist, or has never run.
  if [[ $load != loaded ]]; then
    printf '%s\n' "${load:-systemd does not answer}"
  elif [[ ${started:-0} == 0 ]]; then
    printf 'never-ran\n'
  elif [[ $result != success ]]; then
    printf '%s (exit status %s)\n' "$result" "$status"
  else
    printf 'success\n'
  fi
}
