# observe_journal_storage prints "persistent" where journald has a file below /var/log/journal open, else "volatile".
# requires: needs main_pid

observe_journal_storage() {
  local pid open
  needs root || return
  pid=$(main_pid systemd-journald.service) || {
    local status=$?
    printf '%s\n' "$pid"
    return "$status"
  }
  # What it has open, not what its configuration says.
  open=$(find "/proc/$pid/fd" -type l -printf '%l\n' 2>/dev/null) || true
  if [[ $open == */var/log/journal/* ]]; then
    printf 'persistent\n'
  else
    printf 'volatile\n'
  fi
}
