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
  chmod 0644 -- "/etc/systemd/system/$unit.service"
  sync -- "/etc/systemd/system/$unit.service"
  write_revert_timer "$1"
  systemctl --quiet enable -- "$unit.timer"
  sync -- /etc/systemd/system/timers.target.wants
  systemctl restart -- "$unit.timer"
}

# Two times, and the first counts: after a reboot that since the timer was started; before, that since the boot, because systemd
# lets the other begin anew with every daemon-reload, whoever asks for it.
write_revert_timer() {
  local timer=/etc/systemd/system/specc-$SERVICE-revert-$1.timer up
  read -r up _ </proc/uptime
  cat >"$timer.new" <<TEXT
[Unit]
Description=Undo the change "$1" of $SERVICE unless it is confirmed

[Timer]
OnActiveSec=$CONFIRMATION_SECONDS
OnBootSec=$((${up%.*} + 1 + CONFIRMATION_SECONDS))
AccuracySec=1s

[Install]
WantedBy=timers.target
TEXT
  chmod 0644 -- "$timer.new"
  sync -- "$timer.new"
  mv -T -- "$timer.new" "$timer"
  systemctl daemon-reload
}

# The change is in effect: only SSH sessions that open from now on prove anything, and the full time runs from now.
transaction_applied() {
  local since
  since=$(transaction_directory "$1")/since
  # Whole or not there: on a full disk, or after a power cut, an empty one would let any session confirm.
  printf '%s %s\n' "$(</proc/sys/kernel/random/boot_id)" "$(ticks_now)" >"$since.new"
  sync -- "$since.new"
  mv -T -- "$since.new" "$since"
  write_revert_timer "$1"
  systemctl restart -- "specc-$SERVICE-revert-$1.timer"
}

say_how_to_confirm() {
  report_line "$bold" waiting "a new SSH connection must confirm within $CONFIRMATION_SECONDS s, or this step reverts itself:"
  printf '               ssh root@%s bash %s/current/deploy.sh --confirm\n' "$(hostname)" "$STATE_DIRECTORY"
}
