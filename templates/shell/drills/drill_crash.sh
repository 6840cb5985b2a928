# drill_crash UNIT SECONDS [METHOD URL STATUS]: kills the main process with SIGKILL; a new one must be there, and healthy, within the time, and the journal must tell of the crash.
# requires: needs drill_guard main_pid await_recovery

drill_crash() {
  local unit=$1 seconds=$2 old restarts started
  needs root systemd-run || return
  old=$(main_pid "$unit") || {
    local status=$?
    printf '%s\n' "$old"
    return "$status"
  }
  # Starts by hand, and earlier drills, count towards the start limit: this drill is not about that.
  systemctl reset-failed "$unit"
  restarts=$(systemctl show "$unit" --property=NRestarts --value)
  arm_drill_guard "$unit" "$((seconds + 60))" || return
  started=$EPOCHREALTIME
  kill -KILL "$old"
  await_recovery "$unit" "$old" "$restarts" "$seconds" "$started" "${@:3}" || {
    local status=$?
    restore_after_drill "$unit"
    return "$status"
  }
  disarm_drill_guard
  if ! crash_is_recorded "$unit" "${started%[.,]*}"; then
    printf 'the service is back, but the journal says nothing of the crash\n'
    return 1
  fi
}

# The manager's own entry about the end of a main process; it may take a moment to arrive.
crash_is_recorded() {
  local unit=$1 since=$2 entry try
  for try in 1 2 3 4 5 6 7 8 9 10; do
    entry=$(journalctl --quiet --no-pager --output=cat --since="@$since" --unit="$unit" --grep='Main process exited' --lines=1 2>/dev/null) || true
    [[ -z $entry ]] || return 0
    : "$try"
    sleep 0.2
  done
  return 1
}
