# Stops and disables a unit that is no longer ours.
# requires: ledger

release_unit() {
  # In two steps: a unit whose file somebody removed cannot be disabled, but must be stopped.
  systemctl stop -- "$1" >/dev/null 2>&1 || true
  systemctl disable -- "$1" >/dev/null 2>&1 || true
  systemctl reset-failed -- "$1" >/dev/null 2>&1 || true
  ledger_drop unit "$1"
}
