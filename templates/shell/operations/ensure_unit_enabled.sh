# A unit is started at boot.
# requires: step report stop risk ledger observe_unit_enabled reload_manager unit_property

# ensure_unit_enabled UNIT
ensure_unit_enabled() {
  local unit=$1 state
  manage unit "$unit"
  state=$(observe_unit_enabled "$unit") || true
  if surveying; then
    if [[ $state == masked ]]; then refuse "$unit is masked: somebody does not want it to run" "systemctl unmask $unit"; fi
    if [[ $state != *' not installed' && ! -f /etc/systemd/system/$unit ]] && ! ledger_knows unit "$unit" &&
      ! is_in_use_from_distribution "$unit" "$state"; then
      if is_from_distribution "$unit"; then
        risk adopt "$unit of the distribution is $state, and would be switched on"
      else
        risk adopt "a unit $unit exists and was not made by this package"
      fi
    fi
    return 0
  fi
  if [[ $state == enabled ]]; then
    report_ok "$unit starts at boot"
    return 0
  fi
  if pending missing "$unit at boot ($state)"; then return 0; fi
  ledger_put unit created - "$unit"
  reload_manager
  systemctl --quiet reenable -- "$unit" 2>/dev/null || systemctl --quiet enable -- "$unit"
  state=$(observe_unit_enabled "$unit") || true
  if [[ $state != enabled ]]; then
    fail "$unit does not start at boot: it is $state" "the [Install] section of /etc/systemd/system/$unit; systemctl get-default"
  fi
  report_changed "$unit starts at boot"
}

# is_in_use_from_distribution UNIT STATE: nothing of it changes when it is asked to be enabled.
is_in_use_from_distribution() {
  [[ $2 == enabled ]] && is_from_distribution "$1"
}

is_from_distribution() {
  [[ $(unit_property "$1" FragmentPath) =~ ^(/usr)?/lib/systemd/system/ ]]
}
