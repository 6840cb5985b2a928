# The SSH server's settings, changed so that nobody is locked out.
# requires: step begin_moment report stop risk ledger begin_transaction transaction revert_changes sshd_state put_file sshd_setting_for_everybody sshd_configuration_not_loaded key_login ssh_ports effective_sshd_settings reload_sshd

# ensure_sshd KEY=VALUE…
# What counts is what takes effect for everybody, not what a file says. Where that is as asked already, nothing is touched. Else:
# save, arm the revert, change, test, reload; and only a login after that confirms it.
ensure_sshd() {
  local problem
  manage file "$SSHD_DROP_IN"
  if ! command -v sshd >/dev/null; then
    if ! surveying; then report_ok 'there is no SSH server'; fi
    return 0
  fi
  if [[ $phase == apply ]]; then undo_incomplete sshd; fi
  problem=$(begin_moment && sshd_problem in-effect "$@")
  if surveying; then
    if [[ $problem ]]; then survey_sshd "$@"; fi
    return 0
  fi
  if [[ -z $problem ]]; then
    report_ok "SSH server: $*"
    if transaction_is_open sshd && [[ $phase == apply ]]; then say_how_to_confirm; fi
    return 0
  fi
  if pending "$(sshd_drift)" "SSH server: $problem"; then return 0; fi
  change_sshd "$@"
  report_changed "SSH server: $*"
  say_how_to_confirm
}

# sshd_problem in-effect|on-disk KEY=VALUE…: prints the first setting that is not as asked.
sshd_problem() {
  local where=$1 setting value wanted
  shift
  if [[ $where == in-effect ]] && sshd_configuration_not_loaded; then return 0; fi
  for setting in "$@"; do
    value=$(sshd_setting_for_everybody "${setting%%=*}") || true
    # sshd prints the older of two names of the same value.
    value=${value/#without-password/prohibit-password}
    wanted=${setting#*=}
    if [[ ${value,,} != "${wanted,,}" ]]; then
      printf '%s is %s, not %s' "${setting%%=*}" "$value" "$wanted"
      return 0
    fi
  done
}

sshd_drift() {
  if [[ ! -e $SSHD_DROP_IN ]]; then
    printf 'missing'
  elif ledger_knows file "$SSHD_DROP_IN"; then
    printf 'edited'
  else
    printf 'foreign'
  fi
}

survey_sshd() {
  local setting root_allowed=yes closes=no
  for setting in "$@"; do
    case ${setting,,} in
      passwordauthentication=no | kbdinteractiveauthentication=no | authenticationmethods=*) closes=yes ;;
      permitrootlogin=no) closes=yes root_allowed=no ;;
    esac
  done
  if [[ $closes == no || ${option[console]} == yes || ${option[restoring]} == yes ]]; then return 0; fi
  if ! key_login_is_proven "$root_allowed"; then
    refuse 'the SSH server would take no passwords any more, and nothing shows that anybody who may still log in has a key' \
      "log in with a key (ssh-copy-id), and run this from that session; on a console add --console"
  fi
}

change_sshd() {
  local saved problem wanted port
  saved=$(transaction_directory sshd)/saved
  lock_transactions
  # What an unconfirmed change has left is nothing to go back to.
  if transaction_is_open sshd; then revert_transaction sshd; fi
  transaction_begin sshd
  if [[ -e $SSHD_DROP_IN ]]; then cp --preserve=mode,ownership -- "$SSHD_DROP_IN" "$saved/drop-in"; fi
  transaction_arm sshd
  unlock_transactions
  wanted=$(sha256sum <"$package_directory/rootfs$SSHD_DROP_IN")
  ledger_put file created "${wanted%% *}" "$SSHD_DROP_IN"
  put_file 0600 root root "$SSHD_DROP_IN" <"$package_directory/rootfs$SSHD_DROP_IN"
  if ! problem=$(effective_sshd_settings root); then
    revert_transaction sshd
    fail "sshd does not take the new settings: ${problem%%$'\n'*}" "$package_directory/rootfs$SSHD_DROP_IN"
  fi
  problem=$(begin_moment && sshd_problem on-disk "$@")
  if [[ $problem ]]; then
    revert_transaction sshd
    fail "the new settings do not take effect: $problem" "$(what_sets "$problem")"
  fi
  reload_sshd
  for port in $(ssh_ports); do
    if ! ssh_answers "$port"; then
      revert_transaction sshd
      fail "the SSH server does not answer on port $port with the new settings; they were undone" 'journalctl -u ssh -n 30'
    fi
  done
  transaction_applied sshd
}

# what_sets PROBLEM: how one finds the line that sets what the problem begins with.
what_sets() {
  local connection='user=NAME,host=client.example,addr=192.0.2.1,laddr=192.0.2.2,lport=22'
  printf '%s\n%s\n%s\n' \
    "sshd -T -ddd -C $connection 2>&1 | grep -iE 'match|setting ${1%% *}'" \
    '            (NAME: root, or an account that is named above. What sets it first counts: /etc/ssh/sshd_config should begin with' \
    '            Include /etc/ssh/sshd_config.d/*.conf; and a Match block that is found counts before that)'
}

# The server greets first: the connection alone would prove only that something listens.
ssh_answers() {
  local greeting='' tries address
  address=$(ssh_address "$1")
  for tries in 1 2 3 4 5; do
    greeting=$(timeout 5 bash -c "exec 3<>/dev/tcp/$address/$1 && read -r -t 4 line <&3 && printf %s \"\$line\"" 2>/dev/null) || true
    if [[ $greeting == SSH-* ]]; then return 0; fi
    sleep "$tries"
  done
  return 1
}
