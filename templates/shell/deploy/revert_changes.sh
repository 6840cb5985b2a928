# --revert-now: undoes unconfirmed changes; the timers of the transactions run it, too.
# requires: report transaction

# It does not wait for a running deployment: that one may be what hangs.
revert_changes() {
  local name
  lock_transactions
  while read -r name; do
    if [[ -z $name || (${option[transaction]} && ${option[transaction]} != "$name") ]]; then continue; fi
    revert_transaction "$name"
    printf 'reverted: %s\n' "$name"
  done <<<"$(open_transactions)"
}

revert_transaction() {
  "revert_$1"
  transaction_end "$1" reverted
}
