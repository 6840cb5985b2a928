# --confirm: keeps changes that could have locked the operator out.
# requires: stop report transaction ssh_session firewall_state

confirm_changes() {
  local name outcome
  local -a names
  lock_transactions
  mapfile -t names <<<"$(open_transactions)"
  if [[ -z ${names[0]} ]]; then
    for outcome in "$STATE_DIRECTORY"/transactions/*.outcome; do
      if [[ -f $outcome && $(<"$outcome") == reverted* ]]; then
        name=${outcome##*/}
        printf 'Nothing is waiting: the change "%s" was not confirmed in time and %s. Run deploy.sh again.\n' "${name%.outcome}" "$(<"$outcome")"
        exit 1
      fi
    done
    printf 'Nothing is waiting to be confirmed.\n'
    return 0
  fi
  for name in "${names[@]}"; do
    require_new_session "$name"
    # A package that was restored meanwhile confirms what another one has changed.
    if [[ $name == firewall ]]; then commit_firewall; fi
    transaction_end "$name" confirmed
    printf 'confirmed: %s\n' "$name"
  done
}

# Getting in after the change is the proof. A session that was open before it proves nothing; nor does a console, unless it is said
# that this is one.
require_new_session() {
  local since boot='' ticks=0 session='' start
  since=$(transaction_directory "$1")/since
  if [[ ${option[console]} == yes ]]; then return 0; fi
  if [[ ! -r $since ]]; then refuse "the change \"$1\" is still being made" 'confirm it when deploy.sh says so'; fi
  read -r boot ticks <"$since"
  # The nearest. sshd may have several for one session: no pipe to head, which would end the writer by SIGPIPE.
  IFS= read -r session <<<"$(ssh_session_processes)"
  if [[ -z $session ]]; then
    refuse 'this is not a process of an SSH session' 'open a new SSH connection and run it there; on a console add --console'
  fi
  start=$(process_start "$session")
  if [[ $boot == "$(</proc/sys/kernel/random/boot_id)" ]] && ((start <= ticks)); then
    refuse 'this SSH session was opened before the change, so it does not show that one can still get in' \
      'open a new SSH connection and run it there'
  fi
}
