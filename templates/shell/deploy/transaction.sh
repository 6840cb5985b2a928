# Transactions: a change that could lock the operator out is undone by itself, unless it is confirmed in time.

# A transaction is a directory: `saved` holds what was there before, once `complete` is there, too; `maker` is the process that makes
# the change, `since` the moment when it was made. It is there as long as the change is unconfirmed. The revert is a timer on disk, enabled: it survives the end of this script, and a reboot.
transaction_directory() {
  printf '%s/transactions/%s' "$STATE_DIRECTORY" "$1"
}

open_transactions() {
  local directory
  for directory in "$STATE_DIRECTORY"/transactions/*; do
    if [[ -d $directory ]]; then printf '%s\n' "${directory##*/}"; fi
  done
}

transaction_is_open() {
  [[ -d $STATE_DIRECTORY/transactions/$1 ]]
}

# transaction_end NAME OUTCOME
# Step by step onto the disk: a power cut finds a transaction that is open and will be undone, or a change that is there whole.
transaction_end() {
  local ended=$STATE_DIRECTORY/transactions/.ended-$1
  sync --file-system /etc
  printf '%s %s\n' "$2" "$(date --utc +%FT%TZ)" >"$(transaction_directory "$1").outcome"
  # It goes in one move: the half of a saved state would be put back as the whole.
  rm -rf -- "$ended"
  mv -T -- "$(transaction_directory "$1")" "$ended"
  sync -- "$STATE_DIRECTORY/transactions"
  disarm_revert "$1"
  rm -rf -- "$ended"
}

disarm_revert() {
  local unit=specc-$SERVICE-revert-$1
  systemctl --quiet disable --now -- "$unit.timer" 2>/dev/null || true
  # One that failed would be tried again, and might meet the next transaction. (The revert itself does not stop itself.)
  if [[ ${option[by_timer]} == no ]]; then systemctl stop -- "$unit.service" 2>/dev/null || true; fi
  rm -f -- "/etc/systemd/system/$unit.timer" "/etc/systemd/system/$unit.service"
  sync -- /etc/systemd/system
  systemctl daemon-reload
}

# A power cut right after the end of a transaction leaves its revert, which has nothing to undo any more.
disarm_ended_reverts() {
  local name unit
  for name in firewall sshd; do
    for unit in "/etc/systemd/system/specc-$SERVICE-revert-$name".*; do
      if [[ -e $unit ]] && ! transaction_is_open "$name"; then disarm_revert "$name"; fi
    done
  done
}

# One at a time: the timer's revert and a confirmation must not meet.
lock_transactions() {
  install -d -m 0700 -- "$STATE_DIRECTORY/transactions"
  exec 7>>"$STATE_DIRECTORY/transactions/lock"
  flock --wait 30 7
}

unlock_transactions() {
  exec 7>&-
}
