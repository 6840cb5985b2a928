# --revert-now: undoes unconfirmed changes; the timers of the transactions run it, too.
# requires: report transaction ssh_session firewall_state sshd_state

# It does not wait for a running deployment: that one may be what hangs.
revert_changes() {
  local name maker='' found
  found=$(transaction_directory "${option[transaction]}")
  if [[ ${option[by_timer]} == yes ]]; then
    maker=$(cat -- "$found/maker" 2>/dev/null) || true
    await_maker "$found" || return 0
  fi
  lock_transactions
  # A deployment may have undone it meanwhile, and begun another one, whose time has just begun.
  if [[ ${option[by_timer]} == yes && -e $found/maker && $(<"$found/maker") != "$maker" ]]; then return 0; fi
  while read -r name; do
    if [[ -z $name || (${option[transaction]} && ${option[transaction]} != "$name") ]]; then continue; fi
    revert_transaction "$name"
    printf 'reverted: %s\n' "$name"
  done <<<"$(open_transactions)"
  disarm_ended_reverts
}

# A change that is still being made is not undone under its maker's hands, unless that is gone, or hangs. Fails when the change
# was completed meanwhile: its time has begun anew.
await_maker() {
  local directory=$1 process start tries
  if [[ -e $directory/since || ! -r $directory/maker ]]; then return 0; fi
  read -r process start <"$directory/maker" || return 0
  for ((tries = 0; tries < 300; tries++)); do
    if [[ -e $directory/since || ! -d $directory ]]; then return 1; fi
    if [[ $(process_start "$process") != "$start" ]]; then return 0; fi
    sleep 2
  done
}

# Any package of the service can undo what another one has left. While what was there before is not saved whole, nothing has been
# changed yet.
revert_transaction() {
  if [[ -e $(transaction_directory "$1")/complete ]]; then
    case $1 in
      firewall) revert_firewall ;;
      sshd) revert_sshd ;;
    esac
  fi
  transaction_end "$1" reverted
}

# undo_incomplete NAME: undoes a change whose maker was killed before it was complete.
undo_incomplete() {
  if ! transaction_is_open "$1" || [[ -f $(transaction_directory "$1")/since ]]; then return 0; fi
  lock_transactions
  if transaction_is_open "$1"; then revert_transaction "$1"; fi
  unlock_transactions
}
