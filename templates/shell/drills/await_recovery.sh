# await_recovery UNIT OLD-PID RESTARTS SECONDS STARTED [METHOD URL STATUS]: waits for a new main process that systemd restarted, and for its health.
# requires: is_healthy

await_recovery() {
  local unit=$1 old=$2 restarts=$3 seconds=$4 started=$5 pid='' state='' now
  while (($(milliseconds_since "$started") <= seconds * 1000)); do
    pid=$(systemctl show "$unit" --property=MainPID --value)
    state=$(systemctl show "$unit" --property=ActiveState --value)
    if [[ $state == active && $pid != 0 && $pid != "$old" ]] && is_healthy "${@:6}"; then
      now=$(systemctl show "$unit" --property=NRestarts --value)
      if ((now <= restarts)); then
        printf 'a new process runs, but systemd did not restart it (NRestarts is %s)\n' "$now"
        return 1
      fi
      printf 'recovered after %s s: PID %s → %s\n' "$(seconds_since "$started")" "$old" "$pid"
      return 0
    fi
    sleep 0.2
  done
  printf 'not recovered within %s s: %s is %s, PID %s%s\n' "$seconds" "$unit" "$state" "$pid" "${HEALTH_ANSWER:+; health: $HEALTH_ANSWER}"
  return 1
}

milliseconds_since() {
  printf '%s\n' "$(((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 1000))"
}

seconds_since() {
  local tenths=$(($(milliseconds_since "$1") / 100))
  printf '%s.%s\n' "$((tenths / 10))" "$((tenths % 10))"
}
