# The health gate of a service without an end point: it is active, in one process, over a while.
# requires: step report stop ensure_service require_stable

# await_stable SECONDS
await_stable() {
  local unit=$UNIT seconds=$1
  if surveying; then return 0; fi
  if [[ $phase == observe ]]; then
    if [[ $(systemctl show --property=ActiveState --value -- "$unit") == active ]]; then
      report_ok "$unit is active"
    else
      pending missing "$unit is not active" || true
    fi
    return 0
  fi
  # What was not started in this run was proven stable when it was.
  if ((${#unproven_stamps[@]} > 0)); then require_stable "$unit" "$seconds"; fi
  stamp_services
  report_ok "$unit is active and stable"
}
