# drill_reboot UNIT SECONDS [METHOD URL STATUS]: reboots the host; after it, --after-reboot proves that the unit came back by itself, and is healthy.
# requires: needs other_logins is_healthy

readonly REBOOT_EXPECTATION="$STATE_DIRECTORY/reboot-drill"

drill_reboot() {
  needs root || return
  if [[ $OPTION_AFTER_REBOOT == yes ]]; then
    finish_reboot_drill "$@"
  else
    begin_reboot_drill "$@"
  fi
}

begin_reboot_drill() {
  local unit=$1 others pending
  others=$(other_logins)
  if [[ -n $others ]]; then
    printf 'not rebooted: others are logged in: %s\n' "$others"
    return 2
  fi
  pending=$(unconfirmed_changes)
  if [[ -n $pending ]]; then
    printf 'not rebooted: a change waits for its confirmation: %s\n' "$pending"
    return 2
  fi
  if ! systemctl is-enabled --quiet "$unit"; then
    printf 'not rebooted: %s is not enabled, and would not come back\n' "$unit"
    return 1
  fi
  install -d -m 0700 -- "$STATE_DIRECTORY"
  cat /proc/sys/kernel/random/boot_id >"$REBOOT_EXPECTATION"
  # The script reboots when its report is out.
  : >"$SCRATCH/reboot"
  printf 'the host reboots now; when it is back, finish with: %s --after-reboot\n' "$0"
  return 2
}

# A revert that is armed means that firewall or sshd were changed and nobody has confirmed that the host can still be reached.
unconfirmed_changes() {
  systemctl list-units --plain --no-legend --state=active 'specc-*revert*.timer' 2>/dev/null | cut -d ' ' -f 1 | paste -sd ' '
}

finish_reboot_drill() {
  local unit=$1 seconds=$2 before deadline state='' started
  if ! read -r before 2>/dev/null <"$REBOOT_EXPECTATION"; then
    printf 'no reboot drill was begun on this host\n'
    return 2
  fi
  if [[ $before == "$(cat /proc/sys/kernel/random/boot_id)" ]]; then
    printf 'the host has not been rebooted since the drill began\n'
    return 1
  fi
  timeout "$((seconds + 120))" systemctl is-system-running --wait >/dev/null 2>&1 || true
  deadline=$((SECONDS + seconds))
  while :; do
    state=$(systemctl show "$unit" --property=ActiveState --value)
    if [[ $state == active ]] && is_healthy "${@:3}"; then
      started=$(systemctl show "$unit" --property=ActiveEnterTimestampMonotonic --value)
      rm -f -- "$REBOOT_EXPECTATION"
      printf 'a new boot, %s active %s s after its start\n' "$unit" "$((started / 1000000))"
      return 0
    fi
    ((SECONDS < deadline)) || break
    sleep 0.5
  done
  printf 'after the reboot %s is %s%s\n' "$unit" "$state" "${HEALTH_ANSWER:+; $3 $4: $HEALTH_ANSWER}"
  return 1
}
