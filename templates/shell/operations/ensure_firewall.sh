# The firewall lets in what was asked for, and the SSH server, whatever else it closes.
# requires: step begin_moment report stop risk ledger begin_transaction transaction revert_changes firewall_state remember_rules survey_firewall ufw_rules observe_firewall_policy observe_firewall_allowed observe_firewall_open observe_reachable probe_namespace ssh_ports run_logged

# ensure_firewall only|also RULE…
# RULE is "8000/tcp" or "5432/tcp from 10.0.0.0/8". With "only", other rules that let somebody in are removed. It is judged by what
# the kernel does with packets, and changed by ufw, in a transaction: saved, a revert armed, changed, probed.
ensure_firewall() {
  local extent=$1 problem
  local -a rules
  shift
  mapfile -t rules < <(rules_of_other_services)
  rules=("$@" "${rules[@]}")
  manage firewall rules
  if surveying; then
    survey_firewall "$extent" "${rules[@]}"
    return 0
  fi
  if [[ $phase == apply ]]; then
    remember_rules "$@"
    undo_incomplete firewall
  fi
  problem=$(begin_moment && firewall_problem "$extent" "${rules[@]}")
  if [[ -z $problem ]]; then
    report_ok "firewall: $extent ${*:-SSH} (and SSH on $(ssh_ports | paste -sd ' '))"
    if transaction_is_open firewall && [[ $phase == apply ]]; then prove_firewall "${rules[@]}"; fi
    return 0
  fi
  if pending "$(firewall_drift)" "firewall: $problem"; then return 0; fi
  change_firewall "$extent" "${rules[@]}"
}

firewall_drift() {
  if ledger_knows firewall rules; then printf 'edited'; else printf 'missing'; fi
}

# Prints the first thing that is not as asked.
firewall_problem() {
  local extent=$1 rule port observed
  shift
  if ! command -v ufw >/dev/null; then
    printf 'ufw is not installed'
    return 0
  fi
  observed=$(observe_firewall_policy) || true
  if [[ $observed != deny ]]; then
    printf 'a port that no rule names is not closed (%s)' "$observed"
    return 0
  fi
  for rule in "$@"; do
    observed=$(rule_is_in_effect "$rule") || true
    if [[ $observed != yes ]]; then
      printf '%s is not let in (%s)' "$rule" "$observed"
      return 0
    fi
    if ! ufw_has_rule "$rule"; then
      printf '%s is let in now, but would not be after a reboot' "$rule"
      return 0
    fi
  done
  for port in $(ssh_ports); do
    if ! ufw_has_ssh_rule "$port"; then
      printf 'SSH on port %s has no rule' "$port"
      return 0
    fi
  done
  if [[ $extent == only ]]; then
    observed=$(observe_firewall_open "$@" ssh) || true
    if [[ $observed != none ]]; then
      printf 'more is let in: %s' "$observed"
      return 0
    fi
  fi
  observed=$(unlisted_rules "$extent" "$@")
  if [[ $observed ]]; then
    printf 'there is a rule that was not asked for: %s' "${observed%%$'\n'*}"
    return 0
  fi
  if ! transaction_is_open firewall && ! ufw_starts_at_boot; then
    printf 'it would not be there after a reboot'
  fi
}

rule_is_in_effect() {
  if [[ $1 == *' from '* ]]; then
    observe_firewall_allowed "${1%% from *}" "${1##* from }"
  else
    observe_firewall_allowed "$1"
  fi
}

change_firewall() {
  local extent=$1 rule port what
  shift
  lock_transactions
  # What an unconfirmed change has left is nothing to go back to.
  if transaction_is_open firewall; then revert_transaction firewall; fi
  transaction_begin firewall
  save_firewall
  transaction_arm firewall
  unlock_transactions
  ledger_put firewall created - rules
  run_logged ufw default deny incoming || true
  for port in $(ssh_ports); do
    if ! ufw_has_ssh_rule "$port"; then ufw_allow "$port/tcp"; fi
  done
  for rule in "$@"; do
    if ! ufw_has_rule "$rule"; then ufw_allow "$rule"; fi
  done
  while read -r rule; do
    if [[ $rule ]]; then ufw_delete "$rule"; fi
  done <<<"$(unlisted_rules "$extent" "$@")"
  load_firewall
  what=$(begin_moment && firewall_problem "$extent" "$@")
  if [[ $what ]]; then
    revert_transaction firewall
    fail "the firewall does not do what was asked, and was put back: $what" "$run_directory/commands.log; ufw status verbose"
  fi
  transaction_applied firewall
  prove_firewall "$@"
}

# Seen from a network namespace, which is outside, SSH must answer. That settles it, unless a rule depends on where one comes from.
prove_firewall() {
  local port reachable=yes restricted=no probe
  open_probe_namespace >/dev/null || true
  if [[ "$*" == *' from '* ]]; then restricted=yes; fi
  for port in $(ssh_ports); do
    if ! ufw_has_rule "$port/tcp"; then restricted=yes; fi
    probe=$(observe_reachable "$port/tcp") || probe=unknown
    case $probe in
      open) ;;
      unknown) restricted=yes ;;
      *) reachable=no ;;
    esac
  done
  close_probe_namespace
  if [[ $reachable == no && $restricted == no ]]; then
    revert_transaction firewall
    fail 'SSH would not have been reachable from outside; the firewall was put back' 'ufw status verbose; iptables -S'
  fi
  if [[ $restricted == yes ]]; then
    say_how_to_confirm
    return 0
  fi
  commit_firewall
  transaction_end firewall confirmed
  report_ok "SSH still answers from outside: the firewall's change is confirmed"
}
