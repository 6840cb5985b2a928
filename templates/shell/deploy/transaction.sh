# Transactions: a change that could lock the operator out is undone by itself, unless it is confirmed in time.
# requires: report stop ssh_session

# How long a change waits for its confirmation.
readonly CONFIRMATION_SECONDS=120

# A transaction is a directory: `saved` holds what was there before, `since` the moment of the change. It is there as long as the
# change is unconfirmed. The revert is a timer on disk, enabled: it survives the end of this script, and a reboot.
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

# transaction_begin NAME: call it before saving, and transaction_arm after saving and before changing.
transaction_begin() {
  install -d -m 0700 -- "$(transaction_directory "$1")/saved"
}

transaction_arm() {
  local unit=specc-$SERVICE-revert-$1
  cat >"/etc/systemd/system/$unit.service" <<TEXT
[Unit]
Description=Undo the unconfirmed change: $1, by the deployment of $SERVICE

[Service]
Type=oneshot
ExecStart=/bin/bash -p $package_directory/deploy.sh --revert-now $1 --no-color
TEXT
  cat >"/etc/systemd/system/$unit.timer" <<TEXT
[Unit]
Description=Undo the change "$1" of $SERVICE unless it is confirmed

[Timer]
OnActiveSec=$CONFIRMATION_SECONDS
AccuracySec=1s

[Install]
WantedBy=timers.target
TEXT
  chmod 0644 -- "/etc/systemd/system/$unit.service" "/etc/systemd/system/$unit.timer"
  sync -- "/etc/systemd/system/$unit.service" "/etc/systemd/system/$unit.timer"
  systemctl daemon-reload
  systemctl --quiet enable -- "$unit.timer"
  systemctl restart -- "$unit.timer"
}

# The change is in effect: only SSH sessions that open from now on prove anything, and the full time runs from now.
transaction_applied() {
  printf '%s %s\n' "$(</proc/sys/kernel/random/boot_id)" "$(ticks_now)" >"$(transaction_directory "$1")/since"
  systemctl restart -- "specc-$SERVICE-revert-$1.timer"
}

# Begins the time anew, before the part that takes it; the timer may have fired already where the host is very slow.
transaction_prolong() {
  systemctl restart -- "specc-$SERVICE-revert-$1.timer" 2>/dev/null || true
  if ! transaction_is_open "$1"; then
    fail "the change took longer than $CONFIRMATION_SECONDS s, and its timer undid it" 'the load of this host'
  fi
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

unlock_transactions() {
  exec 7>&-
}

say_how_to_confirm() {
  report_waiting "a new SSH connection must confirm within $CONFIRMATION_SECONDS s, or this step reverts itself:"
  printf '               ssh root@%s bash %s/current/deploy.sh --confirm\n' "$(hostname)" "$STATE_DIRECTORY"
}
