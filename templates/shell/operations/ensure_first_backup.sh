# There is a backup, and the last run that was to make one did.
# requires: step report stop observe_backup observe_backup_run reload_manager run_logged

# ensure_first_backup UNIT DIRECTORY
# The timer makes all others. Without this one a deployment would have to be believed until then.
ensure_first_backup() {
  local unit=$1 directory=$2 result count
  if surveying; then return 0; fi
  result=$(observe_backup_run "$unit" "$directory/.last-backup") || true
  count=$(observe_backup "$directory" count) || count=0
  if [[ $result == success && $count != 0 ]]; then
    report_ok "$unit has made a backup"
    return 0
  fi
  if pending missing "backup by $unit: $result"; then return 0; fi
  reload_manager
  if ! run_logged systemctl start -- "$unit"; then fail 'the first backup failed' "journalctl -u $unit -n 20"; fi
  count=$(observe_backup "$directory" count) || count=0
  if [[ $count == 0 ]]; then fail "$unit ended well, and there is no backup in $directory" "journalctl -u $unit -n 20"; fi
  report_changed "$unit has made a backup, and restored it on trial"
}
