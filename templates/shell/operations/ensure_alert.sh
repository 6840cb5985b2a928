# Alerts arrive where they go now: known from the last one, or from a test.
# requires: step report observe_alert_delivery reload_manager run_logged

# ensure_alert NAME [ENVIRONMENT-FILE]
# Whoever takes alerts may be down while the service is well: that is told, and the deployment goes on.
ensure_alert() {
  local name=$1 environment=${2-} state
  if surveying; then return 0; fi
  state=$(observe_alert_delivery "$name" "$environment") || true
  # Nobody else restarts this unit: it would go on telling as systemd has last read it.
  if [[ $(systemctl show --property=NeedDaemonReload --value -- "$name@*.service") == *yes* ]]; then
    state='by a unit that has changed since'
  fi
  if [[ $state == delivered ]]; then
    report_ok 'alerts arrive'
    return 0
  fi
  if pending missing "a delivered alert (so far: $state)"; then return 0; fi
  reload_manager
  if run_logged systemctl start -- "$name@test.service"; then
    report_changed 'a test alert was delivered'
  else
    report_note "the test alert was not delivered; look at: journalctl -u $name@test.service -n 20"
  fi
}
