# fail2ban runs with the rules on disk.
# requires: step report stop ensure_unit_enabled configuration_newer_than unit_property

# ensure_ban_rules JAIL…
ensure_ban_rules() {
  local unit=fail2ban.service newer='' complaint
  ensure_unit_enabled "$unit"
  if surveying; then return 0; fi
  if [[ $(unit_property "$unit" ActiveState) == active ]]; then
    newer=$(configuration_newer_than "$(unit_started "$unit")" /etc/fail2ban)
    if [[ -z $newer ]] && ban_rules_are_loaded "$@"; then
      report_ok "fail2ban watches $*"
      return 0
    fi
  fi
  if pending stale "fail2ban does not run with its rules on disk${newer:+ ($newer)}"; then return 0; fi
  if ! complaint=$(fail2ban-client --test 2>&1); then
    fail "fail2ban refuses its rules: ${complaint##*$'\n'}" 'fail2ban-client --test'
  fi
  systemctl restart -- "$unit"
  await_ban_rules "$@" || fail "fail2ban does not watch $*" "journalctl -u $unit -n 20"
  report_changed "fail2ban watches $*"
}

ban_rules_are_loaded() {
  local jail
  for jail in "$@"; do
    fail2ban-client status "$jail" >/dev/null 2>&1 || return
  done
}

# The server answers a moment after its start.
await_ban_rules() {
  local -i tries
  for ((tries = 0; tries < 30; tries++)); do
    if ban_rules_are_loaded "$@"; then return 0; fi
    sleep 1
  done
  return 1
}
