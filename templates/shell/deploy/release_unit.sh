# Stops and disables a unit that is no longer ours.
# requires: ledger stop

release_unit() {
  local unit=$1 state
  # In two steps: a unit whose file somebody removed cannot be disabled, but must be stopped.
  systemctl stop -- "$unit" >/dev/null 2>&1 || true
  # Whatever `stop` said, only this tells: a program that ignores it runs on, without anybody who knows of it.
  state=$(systemctl show --property=ActiveState --value -- "$unit")
  if [[ $state != inactive && $state != failed ]]; then
    fail "$unit does not stop: it is $state" "systemctl status $unit; journalctl -u $unit -n 30"
  fi
  systemctl disable -- "$unit" >/dev/null 2>&1 || true
  systemctl reset-failed -- "$unit" >/dev/null 2>&1 || true
  ledger_drop unit "$unit"
}
