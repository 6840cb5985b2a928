# arm_drill_guard UNIT SECONDS [UNDO]: from now on systemd itself runs UNDO and starts the unit again after that time, even where this script is no longer alive.

readonly DRILL_GUARD="specc-drill-$SERVICE"

arm_drill_guard() {
  local unit=$1 seconds=$2 undo=${3-} complaint
  # A deployment at the same time would restart what the drill watches. The lock ends with the drill's own process. A validation
  # by the clock has it, too, and soon ends.
  exec 9>>/run/specc-deploy.lock
  if ! flock --wait 60 9; then
    printf 'a deployment is running on this host\n'
    return 2
  fi
  if systemctl is-active --quiet "$DRILL_GUARD.timer"; then
    printf 'another drill on %s has not ended yet\n' "$SERVICE"
    return 2
  fi
  # Transient: after a reboot the unit starts anyway.
  if ! complaint=$(systemd-run --quiet --collect --unit="$DRILL_GUARD" --on-active="${seconds}s" --timer-property=AccuracySec=1s \
    /bin/sh -c "${undo:+$undo; }systemctl reset-failed '$unit'; systemctl start '$unit'" 2>&1); then
    printf 'the guard of the drill cannot be set: %s\n' "$complaint"
    return 2
  fi
}

disarm_drill_guard() {
  systemctl stop "$DRILL_GUARD.timer" 2>/dev/null || true
}

# A drill that did not end well leaves a running service all the same.
restore_after_drill() {
  systemctl reset-failed "$1" 2>/dev/null || true
  if systemctl start "$1" 2>/dev/null; then
    disarm_drill_guard
  fi
}
