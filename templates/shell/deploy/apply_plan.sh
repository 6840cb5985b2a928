# The deployment itself: runs from the staged package, in a unit of its own.
# requires: stop step report ledger take_lock preflight verify_package remove_orphans transaction packages_kept hold_daemons

apply_plan() {
  local lock_wait=60
  if [[ ${option[restoring]} == no ]]; then
    # The lock was free a moment ago; whoever slipped in between is waited for.
    if ((option[wait_lock] < lock_wait)); then option[wait_lock]=$lock_wait; fi
    take_lock
  fi
  run_directory=$STATE_DIRECTORY/runs/${option[run]}
  ledger_read
  if [[ ${option[restoring]} == no && -r $run_directory/managed ]]; then
    # Preflight was passed a moment ago by the run that started this one.
    package_hash=$(hash_of_package "$package_directory")
    ledger_read_managed "$run_directory/managed"
  else
    preflight
  fi
  disarm_ended_reverts
  release_daemons
  point_link_at_package current
  printf '%s%s: deploying package %s on %s%s\n\n' "$bold" "$SERVICE" "${package_hash:0:8}" "$(hostname)" "$plain"
  walk_plan apply
  if [[ -z ${option[only]} ]]; then
    remove_orphans
    record_good_package
  fi
  ledger_compact
  finish_apply
}

finish_apply() {
  local open
  # What is called done must still be there after a power cut.
  sync
  printf '\n%s%s changed, %s ok.%s' "$bold" "$count_changed" "$count_ok" "$plain"
  open=$(open_transactions)
  if [[ $open ]]; then
    printf ' Awaiting --confirm: %s.\n' "${open//$'\n'/, }"
    exit 5
  fi
  printf ' Next: %s/validate-deployment.sh\n' "$STATE_DIRECTORY/current"
}
