# drill_reboot UNIT SECONDS [METHOD URL STATUS]: reboots the host; after it, --after-reboot proves that the unit came back by itself, is healthy, and was active SECONDS after the start of the kernel (0: no time is promised).
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
  local unit=$1 promised=$2 patience before deadline state='' back waited=no
  if ! read -r before 2>/dev/null <"$REBOOT_EXPECTATION"; then
    printf 'no reboot drill was begun on this host\n'
    return 2
  fi
  if [[ $before == "$(cat /proc/sys/kernel/random/boot_id)" ]]; then
    printf 'the host has not been rebooted since the drill began\n'
    return 1
  fi
  patience=$((promised > 0 ? promised : 60))
  timeout "$((patience + 120))" systemctl is-system-running --wait >/dev/null 2>&1 || true
  deadline=$((SECONDS + patience))
  while :; do
    state=$(systemctl show "$unit" --property=ActiveState --value)
    if [[ $state == active ]] && is_healthy "${@:3}"; then
      back=$(back_since "$unit" "$waited")
      if ((promised > 0 && back > promised)); then
        printf 'a new boot, but %s was back %s s after its start, not within %s s (or was started again since: journalctl -b -u %s)\n' \
          "$unit" "$back" "$promised" "$unit"
        return 1
      fi
      rm -f -- "$REBOOT_EXPECTATION"
      printf 'a new boot, %s active %s s after its start\n' "$unit" "$back"
      return 0
    fi
    ((SECONDS < deadline)) || break
    waited=yes
    sleep 0.5
  done
  printf 'after the reboot %s is %s%s\n' "$unit" "$state" "${HEALTH_ANSWER:+; $3 $4: $HEALTH_ANSWER}"
  return 1
}

# back_since UNIT WAITED: seconds between the start of the kernel and the unit's, rounded up; where its health had to be waited for, until now.
back_since() {
  local microseconds uptime
  if [[ $2 == yes ]]; then
    read -r uptime _ </proc/uptime
    printf '%s\n' "$((${uptime%%.*} + 1))"
    return 0
  fi
  microseconds=$(systemctl show "$1" --property=ActiveEnterTimestampMonotonic --value)
  printf '%s\n' "$(((microseconds + 999999) / 1000000))"
}
