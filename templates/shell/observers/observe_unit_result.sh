# observe_unit_result UNIT prints how the last run of a oneshot ended: success, never-ran, or what failed.
# requires: unit_property

observe_unit_result() {
  local unit=$1 load started result
  load=$(unit_property "$unit" LoadState) || {
    printf '%s\n' "$load"
    return 2
  }
  started=$(unit_property "$unit" ExecMainStartTimestampMonotonic)
  result=$(unit_property "$unit" Result)
  # Result is "success" too for a unit that does not exist, or has never run.
  if [[ $load != loaded ]]; then
    printf '%s\n' "$load"
  elif [[ ${started:-0} == 0 ]]; then
    printf 'never-ran\n'
  elif [[ $result != success ]]; then
    printf '%s (exit status %s)\n' "$result" "$(unit_property "$unit" ExecMainStatus)"
  else
    printf 'success\n'
  fi
}
