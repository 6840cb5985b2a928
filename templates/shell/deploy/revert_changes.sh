# --revert-now: undoes unconfirmed changes; the timers of the transactions run it, too.
# requires: report transaction ssh_session

# It does not wait for a running deployment: that one may be what hangs.
revert_changes() {
  local name
  if [[ ${option[by_timer]} == yes ]] && ! await_maker "$(transaction_directory "${option[transaction]}")"; then return 0; fi
  lock_transactions
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

revert_transaction() {
  "revert_$1"
  transaction_end "$1" reverted
}
