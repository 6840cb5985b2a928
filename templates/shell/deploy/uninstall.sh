# --uninstall: removes the service. What may hold data, secrets or identity stays, unless it is named.
# requires: stop report ledger take_lock remove_managed remove_orphans release_unit transaction revert_changes as_owner step hold_daemons

uninstall() {
  local name
  take_lock
  ledger_read
  if ((${#ledger[@]} == 0)); then refuse "no package of $SERVICE was deployed on this host"; fi
  printf '%s%s: removing the service from %s%s\n\n' "$bold" "$SERVICE" "$(hostname)" "$plain"
  while read -r name; do
    if [[ $name ]]; then revert_transaction "$name" && report_changed "unconfirmed change undone: $name"; fi
  done <<<"$(open_transactions)"
  disarm_ended_reverts
  release_daemons
  uninstall_units
  uninstall_files file
  uninstall_files application
  uninstall_virtualenvs
  systemctl daemon-reload
  if [[ ${option[purge]} == yes ]]; then
    uninstall_files environment
    uninstall_files certificate
  fi
  uninstall_directories
  if [[ ${option[purge]} == yes ]]; then uninstall_user; fi
  finish_uninstall
}

# The names of a kind in the ledger, the longest path first.
ledger_names() {
  local key
  for key in "${!ledger[@]}"; do
    if [[ $key == "$1 "* && ${ledger["$key"]} ]]; then printf '%s\n' "${key#* }"; fi
  done | sort -r
}

uninstall_units() {
  local unit
  while read -r unit; do
    if [[ -z $unit ]]; then continue; fi
    release_unit "$unit"
    report_changed "stopped and disabled $unit"
  done <<<"$(ledger_names unit)"
}

# Settings that protect the whole host, not just this service.
is_hardening() {
  [[ $1 == /etc/ssh/* || $1 == /etc/systemd/journald.conf.d/* ]]
}

uninstall_files() {
  local kind=$1 path
  while read -r path; do
    if [[ -z $path ]]; then continue; fi
    if is_hardening "$path" && [[ ${option[purge]} == no ]]; then
      report_note "kept $path (hardening of the host; --purge removes it)"
    elif [[ $kind == environment || $kind == certificate ]] || is_unmodified "$kind" "$path" || [[ ! -e $path && ! -L $path ]]; then
      remove_managed "$kind" "$path"
      after_removal "$path"
      report_changed "removed $path"
    else
      report_note "kept $path: it was edited by hand"
    fi
  done <<<"$(ledger_names "$kind")"
}

uninstall_virtualenvs() {
  local path directory owner
  while read -r path; do
    if [[ -z $path ]]; then continue; fi
    owner=$(owner_of "${path%/*}") || continue
    for directory in "$path"-*; do
      if [[ -f $directory/.complete ]]; then as_owner "${owner% *}" "${owner#* }" rm -rf -- "$directory"; fi
    done
    if [[ -L $path ]]; then as_owner "${owner% *}" "${owner#* }" rm -f -- "$path"; fi
    ledger_drop virtualenv "$path"
    report_changed "removed the virtual environment $path"
  done <<<"$(ledger_names virtualenv)"
}

# Prints who owns a directory, and its group; fails where it is gone.
owner_of() {
  [[ -d $1 && ! -L $1 ]] && stat -c '%U %G' -- "$1" 2>/dev/null
}

# A directory that holds something we did not put there holds data. What is in it is removed by whoever owns it: a link planted
# in it, at whatever moment, leads no further than that account can go itself.
uninstall_directories() {
  local path owner
  local -a remover
  while read -r path; do
    if [[ -z $path ]]; then continue; fi
    if [[ ! -d $path ]]; then
      ledger_drop directory "$path"
      continue
    fi
    owner=$(owner_of "$path") || continue
    remover=(as_owner "${owner% *}" "${owner#* }")
    if [[ $(ledger_origin directory "$path") == found ]]; then
      report_note "kept $path: it was there before"
    elif [[ ${option[data]} == "$SERVICE" ]]; then
      "${remover[@]}" find "$path" -mindepth 1 -xdev -delete 2>/dev/null || true
      remove_empty_directory "$path"
      if [[ -d $path ]]; then
        report_note "kept $path: not all that is in it is its owner's to remove"
      else
        ledger_drop directory "$path"
        report_changed "removed $path with all that was in it"
      fi
    else
      "${remover[@]}" find "$path" -depth -path '*/__pycache__/*' -delete 2>/dev/null || true
      "${remover[@]}" find "$path" -mindepth 1 -depth -type d -empty -delete 2>/dev/null || true
      remove_empty_directory "$path"
      if [[ -d $path ]]; then
        report_note "kept $path: it is not empty (--purge --data=$SERVICE removes it)"
      else
        ledger_drop directory "$path"
        report_changed "removed $path"
      fi
    fi
  done <<<"$(ledger_names directory)"
}

# The directory itself goes with the rights of whoever owns the one that it is in.
remove_empty_directory() {
  local owner
  owner=$(owner_of "${1%/*}") || return 0
  as_owner "${owner% *}" "${owner#* }" rmdir -- "$1" 2>/dev/null || true
}

# A user ID that is free is given to the next account, with whatever files still belong to it: so the account stays as long as
# there are any.
uninstall_user() {
  local user
  while read -r user; do
    if [[ -z $user || $(ledger_origin user "$user") != created ]]; then continue; fi
    if [[ ${option[data]} != "$SERVICE" || $(ledger_names directory) ]]; then
      report_note "kept the user $user: its files are kept, too"
    elif userdel -- "$user" 2>/dev/null; then
      ledger_drop user "$user"
      report_changed "removed the user $user"
    fi
  done <<<"$(ledger_names user)"
}

finish_uninstall() {
  rm -f -- "${STATE_DIRECTORY%/*}/firewall-rules/$SERVICE"
  if [[ ${option[data]} == "$SERVICE" ]]; then
    rm -rf -- "$STATE_DIRECTORY"
  else
    rm -rf -- "$STATE_DIRECTORY/packages" "$STATE_DIRECTORY/current" "$STATE_DIRECTORY/good" "$STATE_DIRECTORY/stamps"
    ledger_compact
  fi
  printf '\n%s%s changed.%s Packages of the distribution, and the firewall as it is, were left alone.\n' "$bold" "$count_changed" "$plain"
}
