# Removes what an earlier package of this service installed and this one does not have.
# requires: ledger report step remove_managed release_unit reload_sshd reload_nginx

# Called before the journal and the service are restarted, so that they do not start with a leftover drop-in, and at the end.
# A file that somebody edited since is not removed but reported. Directories, accounts and packages stay: they may hold data.
remove_orphans() {
  local key kind path
  local -a units=() files=()
  for key in "${!ledger[@]}"; do
    [[ ${ledger["$key"]} && -z ${managed["$key"]:-} ]] || continue
    case $key in
      'unit '*) units+=("$key") ;;
      'file '* | 'application '*) files+=("$key") ;;
    esac
  done
  # Units first: systemctl disables none whose file is gone.
  for key in "${units[@]}" "${files[@]}"; do
    kind=${key%% *} path=${key#* }
    if [[ $kind == unit ]]; then
      if pending stale "unit $path is no longer part of the service"; then continue; fi
      release_unit "$path"
      report_changed "stopped $path, which is no longer part of the service"
    elif is_unmodified "$kind" "$path"; then
      if pending stale "$path is no longer part of the service"; then continue; fi
      remove_managed "$kind" "$path"
      after_removal "$path"
      report_changed "removed $path, which is no longer part of the service"
    elif [[ -e $path ]]; then
      if pending edited "$path is no longer part of the service, and was edited"; then continue; fi
      report_note "$path is no longer part of the service, but was edited: it stays"
    else
      if pending missing "$path"; then continue; fi
      ledger_drop "$kind" "$path"
    fi
  done
}

# What runs with a setting until it is told otherwise is told.
after_removal() {
  case $1 in
    /etc/systemd/journald.conf.d/*) systemctl restart systemd-journald.service ;;
    /etc/ssh/sshd_config.d/*)
      reload_sshd || report_note "the SSH server could not be reloaded and still runs with $1; look at: systemctl status ssh"
      ;;
    /etc/nginx/*)
      reload_nginx || report_note "nginx could not be reloaded and still runs with $1; look at: systemctl status nginx"
      ;;
    /etc/fail2ban/*)
      # Without it, the distribution's rules may want a log file that this host does not have.
      systemctl try-reload-or-restart -- fail2ban.service ||
        report_note "fail2ban does not run without $1; look at: systemctl status fail2ban"
      ;;
    /etc/systemd/system/*) systemctl daemon-reload ;;
  esac
}
