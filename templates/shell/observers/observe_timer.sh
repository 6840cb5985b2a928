# observe_timer UNIT prints "active" where the timer runs, knows when it elapses next, and starts what is on disk, else what is wrong.
# requires: unit_property

observe_timer() {
  local unit=$1 load active state realtime monotonic read
  load=$(unit_property "$unit" LoadState) || {
    printf '%s\n' "$load"
    return 2
  }
  active=$(unit_property "$unit" ActiveState)
  state=$(unit_property "$unit" SubState)
  # What it starts is nowhere else restarted after a change: it would go on as systemd has last read it.
  for read in "$unit" "${unit%.timer}.service"; do
    if [[ $active == active && $(unit_property "$read" NeedDaemonReload) == yes ]]; then
      printf 'active, but systemd has not read %s since it changed\n' "$read"
      return
    fi
  done
  realtime=$(unit_property "$unit" NextElapseUSecRealtime)
  monotonic=$(unit_property "$unit" NextElapseUSecMonotonic)
  if [[ $load != loaded ]]; then
    printf '%s\n' "$load"
  elif [[ $active != active ]]; then
    printf '%s\n' "$active"
  elif [[ $state == running ]]; then
    # What it starts runs at this moment; the next time is set when that has ended.
    printf 'active\n'
  elif [[ -z $realtime && (-z $monotonic || $monotonic == infinity) ]]; then
    printf 'active, but it never elapses again\n'
  else
    printf 'active\n'
  fi
}
