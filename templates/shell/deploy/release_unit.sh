# Stops and disables a unit that is no longer ours.
# requires: ledger

release_unit() {
  systemctl disable --now -- "$1" >/dev/null 2>&1 || true
  systemctl reset-failed -- "$1" >/dev/null 2>&1 || true
  ledger_drop unit "$1"
}
