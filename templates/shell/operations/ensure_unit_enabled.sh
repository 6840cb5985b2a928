# A unit is started at boot.
# requires: step report stop risk ledger observe_unit_enabled reload_manager unit_property

# ensure_unit_enabled UNIT
ensure_unit_enabled() {
  local unit=$1 state
  manage unit "$unit"
  state=$(observe_unit_enabled "$unit") || true
  if surveying; then
    if [[ $state == masked ]]; then refuse "$unit is masked: somebody does not want it to run" "systemctl unmask $unit"; fi
    if [[ $state != *' not installed' && ! -f /etc/systemd/system/$unit ]] && ! ledger_knows unit "$unit"; then
      survey_unit_of_others "$unit" "$state"
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

# A unit of the distribution that is on already stays as it is; to switch one on is for somebody to decide.
survey_unit_of_others() {
  local unit=$1 state=$2
  if [[ ! $(unit_property "$unit" FragmentPath) =~ ^(/usr)?/lib/systemd/system/ ]]; then
    risk adopt "a unit $unit exists and was not made by this package"
  elif [[ $state != enabled ]]; then
    risk adopt "$unit, which came with the distribution, is $state on this host and would be switched on"
  fi
}
