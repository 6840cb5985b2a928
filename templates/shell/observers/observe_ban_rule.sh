# Observes the rule by which addresses are banned, from the running fail2ban.
# requires: needs

# observe_ban_rule JAIL maxretry|findtime|bantime
# Prints the number; times are in seconds.
observe_ban_rule() {
  local value
  needs root fail2ban-client || return
  if ! value=$(fail2ban-client get "$1" "$2" 2>&1); then
    printf 'fail2ban does not watch %s: %s\n' "$1" "${value##*$'\n'}"
    return 1
  fi
  printf '%s\n' "$value"
}
