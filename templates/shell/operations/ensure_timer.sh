# A timer is enabled, running, knows when it fires next, and starts what is on disk.
# requires: step begin_moment report stop observe_unit_enabled ensure_unit_enabled observe_timer reload_manager

# ensure_timer UNIT
ensure_timer() {
  local unit=$1 state
  ensure_unit_enabled "$unit"
  if surveying; then return 0; fi
  state=$(begin_moment && observe_timer "$unit") || true
  if [[ $state == active ]]; then
    report_ok "$unit is waiting for its time"
    return 0
  fi
  if pending missing "$unit is not waiting for its time: $state"; then return 0; fi
  reload_manager
  systemctl restart -- "$unit"
  state=$(observe_timer "$unit") || true
  if [[ $state != active ]]; then fail "$unit does not wait for its time: $state" "systemctl status $unit; systemctl cat $unit"; fi
  report_changed "$unit is waiting for its time"
}
