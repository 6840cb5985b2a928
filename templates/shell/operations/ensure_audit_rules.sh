# The kernel audits with our rules, and auditd takes what it records.
# requires: step report stop observe_auditing observe_audit_rules observe_unit_enabled reload_manager run_logged

# ensure_audit_rules KEY WHAT…
# WHAT is a path whose changes are recorded, or the word "commands". Which rules there are is asked of the kernel. auditd itself is
# not noted in the ledger: whatever removes the service leaves the host's own audit running.
ensure_audit_rules() {
  local lacks
  if surveying; then
    survey_auditing
    return 0
  fi
  lacks=$(auditing_lacks "$@")
  if [[ -z $lacks ]]; then
    report_ok "the kernel records what the rules of $1 say"
    return 0
  fi
  if pending stale "auditing: $lacks"; then return 0; fi
  require_watchable "$@"
  reload_manager
  systemctl --quiet enable -- auditd.service 2>/dev/null || true
  run_logged systemctl start -- auditd.service || true
  run_logged augenrules --load || true
  lacks=$(auditing_lacks "$@")
  if [[ $lacks ]]; then
    fail "the kernel does not audit as asked: $lacks" "$run_directory/commands.log; auditctl -s; journalctl -u auditd.service -n 20"
  fi
  report_changed "the kernel records what the rules of $1 say"
}

# What auditing lacks; nothing where all is as asked.
auditing_lacks() {
  local recording rules boot
  boot=$(observe_unit_enabled auditd.service) || true
  recording=$(observe_auditing) || true
  rules=$(observe_audit_rules "$@") || true
  if [[ $boot != enabled ]]; then
    printf 'auditd at boot (%s)' "$boot"
  elif [[ $recording != recording ]]; then
    printf '%s' "$recording"
  elif [[ $rules != all ]]; then
    printf '%s' "$rules"
  fi
}

# Before anything is changed: where there is nothing to audit with, no rule helps.
survey_auditing() {
  local waiver='deploy to a machine of its own, or waive the requirement in the specification' options=''
  if [[ ! -e /proc/self/loginuid ]]; then refuse 'this kernel does no auditing' "$waiver"; fi
  if systemd-detect-virt --quiet --container 2>/dev/null; then
    refuse "this host is a container: auditing is the business of the kernel's own host" "$waiver"
  fi
  read -r options 2>/dev/null </proc/cmdline || true
  if [[ " $options " =~ ' audit='(0|off)' ' ]]; then
    refuse 'auditing was switched off when this host booted (audit=0)' 'take that out of the kernel command line, and reboot'
  fi
}

# At a rule that it cannot load the kernel's tool stops, and all rules behind it are gone, those of others too. And where the rules
# are locked, it loads none.
require_watchable() {
  local path status
  status=$(auditctl -s 2>/dev/null) || status=''
  if [[ $'\n'$status$'\n' == *$'\nenabled 2\n'* ]]; then
    fail 'the audit rules of this host are locked until it reboots (-e 2)' 'reboot it; the new rules are loaded then'
  fi
  shift
  for path in "$@"; do
    if [[ $path == /* && ! -d ${path%/*}/ ]]; then
      fail "changes to $path cannot be recorded: there is no ${path%/*}" "ls -ld ${path%/*}"
    fi
  done
}
