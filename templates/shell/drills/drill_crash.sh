# drill_crash UNIT SECONDS [METHOD URL STATUS]: kills the main process with SIGKILL; a new one must be there, and healthy, within the time.
# requires: needs drill_guard main_pid await_recovery

drill_crash() {
  local unit=$1 seconds=$2 old restarts started
  needs root systemd-run || return
  old=$(main_pid "$unit") || {
    printf '%s\n' "$old"
    return 1
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
}
