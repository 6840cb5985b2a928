# Observes the rule by which addresses are banned, from the running fail2ban.
# requires: needs configuration_newer_than

# observe_ban_rule JAIL maxretry|findtime|bantime
# Prints the number; times are in seconds. After a start, the server answers some seconds later.
observe_ban_rule() {
  local value tries
  needs root fail2ban-client || return
  for ((tries = 0; tries < 20; tries++)); do
    if value=$(fail2ban-client get "$1" "$2" 2>&1); then
      printf '%s\n' "$value"
      return 0
    fi
    (($(date +%s) - $(unit_started fail2ban.service) < 60)) || break
    sleep 1
  done
  printf 'fail2ban does not watch %s: %s\n' "$1" "${value##*$'\n'}"
  return 1
}
