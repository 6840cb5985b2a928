# A validation by the clock has looked at this package, or is about to.
# requires: step report stop ledger observe_validation reload_manager run_logged

# ensure_validation UNIT SECONDS
# It begins when this deployment has ended, for it waits for its lock. What it finds is told as any other time: no deployment fails for it.
ensure_validation() {
  local unit=$1 oldest=$2 state
  manage unit "$unit"
  if surveying; then return 0; fi
  state=$(observe_validation "$unit" "$oldest") || true
  case $state in
    success)
      report_ok 'the last validation by the clock found nothing wrong'
      return 0
      ;;
    running)
      report_ok 'a validation by the clock is under way'
      return 0
      ;;
    'it found '* | 'it failed: '*)
      # It would find the same again where nothing was changed.
      if ((count_changed == 0)); then
        report_ok 'a validation by the clock has looked at this package'
        report_note "$state; look at: journalctl -u $unit -p warning -n 20"
        return 0
      fi
      ;;
  esac
  if pending missing "a validation that found nothing wrong (so far: $state)"; then return 0; fi
  # In the ledger, so that whatever removes the service also stops one that still waits.
  ledger_put unit created - "$unit"
  reload_manager
  if run_logged systemctl start --no-block -- "$unit"; then
    report_changed 'a validation was started; it begins when this deployment has ended'
  else
    fail "$unit does not start" "systemctl status $unit"
  fi
}
