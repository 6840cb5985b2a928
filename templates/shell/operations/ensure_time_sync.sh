# The clock follows the network.
# requires: step report stop ledger ensure_packages observe_time_sync

# ensure_time_sync PACKAGE…
# Without a PACKAGE any time service that the host has will do; systemd-timesyncd is installed where there is none.
ensure_time_sync() {
  local able
  if (($# == 0)); then
    able=$(timedatectl show --property=CanNTP --value 2>/dev/null) || able=no
    # What a deployment installed it goes on to ask for, or it would count as left over.
    if [[ $able != yes ]] || ledger_knows package systemd-timesyncd; then set -- systemd-timesyncd; fi
  fi
  if (($# > 0)); then ensure_packages "$@"; fi
  if surveying; then return 0; fi
  if [[ $(observe_time_sync enabled) == yes ]]; then
    report_ok 'the clock follows the network'
    return 0
  fi
  if pending missing 'the clock does not follow the network'; then return 0; fi
  if ! timedatectl set-ntp true || [[ $(observe_time_sync enabled) != yes ]]; then
    fail 'no time service could be switched on' 'timedatectl status; systemctl status systemd-timedated.service'
  fi
  report_changed 'the clock follows the network'
}
