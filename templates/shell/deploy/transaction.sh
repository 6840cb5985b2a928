# Transactions: a change that could lock the operator out is undone by itself, unless it is confirmed in time.

# A transaction is a directory: `saved` holds what was there before, `maker` the process that makes the change, `since` the moment
# when it was made. It is there as long as the change is unconfirmed. The revert is a timer on disk, enabled: it survives the end of this script, and a reboot.
transaction_directory() {
  printf '%s/transactions/%s' "$STATE_DIRECTORY" "$1"
}

open_transactions() {
  local directory
  for directory in "$STATE_DIRECTORY"/transactions/*; do
    if [[ -d $directory ]]; then printf '%s\n' "${directory##*/}"; fi
  done
}

# transaction_end NAME OUTCOME
transaction_end() {
  local unit=specc-$SERVICE-revert-$1
  printf '%s %s\n' "$2" "$(date --utc +%FT%TZ)" >"$(transaction_directory "$1").outcome"
  rm -rf -- "$(transaction_directory "$1")"
  systemctl --quiet disable --now -- "$unit.timer" 2>/dev/null || true
  rm -f -- "/etc/systemd/system/$unit.timer" "/etc/systemd/system/$unit.service"
  systemctl daemon-reload
}

# One at a time: the timer's revert and a confirmation must not meet.
lock_transactions() {
  install -d -m 0700 -- "$STATE_DIRECTORY/transactions"
  exec 7>>"$STATE_DIRECTORY/transactions/lock"
  flock --wait 30 7
}
