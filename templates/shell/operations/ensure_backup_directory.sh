# The directory of the backups exists, and only root can read it.
# requires: step report stop observe_file_field run_logged untrusted_parent

# ensure_backup_directory PATH
# It is not noted in the ledger: whatever removes the service leaves its backups alone.
ensure_backup_directory() {
  local path=$1 guard type rights line
  type=$(observe_file_field "$path" type) || type=absent
  if surveying; then
    guard=$(untrusted_parent "$path")
    if [[ $guard != none ]]; then refuse "backups in $path could be led elsewhere: others can write $guard"; fi
    if [[ $type != absent && $type != directory ]]; then refuse "$path is in the way: it is a $type, not a directory"; fi
    return 0
  fi
  rights=$(observe_file_field "$path" rights) || rights='not there'
  if [[ $type == directory && $rights == '0700 root:root' ]]; then
    report_ok "directory of backups $path"
    return 0
  fi
  if [[ $type == directory ]]; then
    if pending edited "directory of backups $path is $rights, not 0700 root:root"; then return 0; fi
  elif pending missing "directory of backups $path"; then
    return 0
  fi
  printf -v line 'd "%s" 0700 root root' "${path//%/%%}"
  run_logged systemd-tmpfiles --create - <<<"$line" || true
  rights=$(observe_file_field "$path" rights) || rights='not there'
  if [[ $rights != '0700 root:root' ]]; then
    fail "the directory of backups $path is $rights, not 0700 root:root" "$run_directory/commands.log; ls -ld $path"
  fi
  report_changed "directory of backups $path"
}
