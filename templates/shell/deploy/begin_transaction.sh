# Begins a transaction: a change that undoes itself unless it is confirmed in time.
# requires: report stop transaction ssh_session ticks_now

# How long a change waits for its confirmation.
readonly CONFIRMATION_SECONDS=120

# transaction_begin NAME: call it before saving, and transaction_arm after saving and before changing.
transaction_begin() {
  local directory
  directory=$(transaction_directory "$1")
  install -d -m 0700 -- "$directory/saved"
  printf '%s %s\n' "$$" "$(process_start "$$")" >"$directory/maker"
}

transaction_arm() {
  local unit=specc-$SERVICE-revert-$1 directory
  directory=$(transaction_directory "$1")
  sync --file-system "$directory"
  : >"$directory/complete"
  sync -- "$directory"
  cat >"/etc/systemd/system/$unit.service" <<TEXT
[Unit]
Description=Undo the unconfirmed change: $1, by the deployment of $SERVICE
StartLimitIntervalSec=0

[Service]
Type=oneshot
Restart=on-failure
RestartSec=15
ExecStart=/bin/bash -p $package_directory/deploy.sh --revert-now $1 --by-timer --no-color
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
  sync -- /etc/systemd/system/timers.target.wants
  systemctl restart -- "$unit.timer"
}

# The change is in effect: only SSH sessions that open from now on prove anything, and the full time runs from now.
transaction_applied() {
  local since
  since=$(transaction_directory "$1")/since
  # Whole or not there: on a full disk, or after a power cut, an empty one would let any session confirm.
  printf '%s %s\n' "$(</proc/sys/kernel/random/boot_id)" "$(ticks_now)" >"$since.new"
  sync -- "$since.new"
  mv -T -- "$since.new" "$since"
  systemctl restart -- "specc-$SERVICE-revert-$1.timer"
}

say_how_to_confirm() {
  report_line "$bold" waiting "a new SSH connection must confirm within $CONFIRMATION_SECONDS s, or this step reverts itself:"
  printf '               ssh root@%s bash %s/current/deploy.sh --confirm\n' "$(hostname)" "$STATE_DIRECTORY"
}
