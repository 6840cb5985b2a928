# The service runs, with the unit, environment and code that are on disk.
# requires: observe_current unit_property begin_moment step report stop ledger reload_manager remove_orphans ssh_session gate_failed run_logged

# What the service was started with in this run; becomes its stamp once it is healthy.
declare -A unproven_stamps=()

# ensure_service UNIT STAMP_PATH…
# A restart is decided from what is observed, never from "changed in this run": a deployment that was killed before its restart
# shows new files everywhere, and runs the old program.
ensure_service() {
  local unit=$1 wanted state reason
  shift
  manage unit "$unit"
  if surveying; then return 0; fi
  if [[ -z ${option[only]} ]]; then remove_orphans; fi
  wanted=$(service_hash "$unit" "$@")
  reason=$(begin_moment && restart_reason "$unit" "$wanted")
  if [[ -z $reason ]]; then
    report_ok "$unit runs what is on disk"
    return 0
  fi
  if pending stale "$unit: $reason"; then return 0; fi
  ledger_put unit created - "$unit"
  state=$(systemctl show --property=ActiveState --value -- "$unit")
  reload_manager
  # Manual starts count towards the start limit, too.
  systemctl reset-failed -- "$unit" 2>/dev/null || true
  unproven_stamps["$unit"]=$(service_hash "$unit" "$@")
  # From here on it runs something that no health gate has seen: only a new stamp says that it is well.
  rm -f -- "$STATE_DIRECTORY/stamps/$unit"
  if ! run_logged systemctl restart -- "$unit"; then gate_failed "$unit does not start"; fi
  if [[ $state == active ]]; then report_changed "$unit restarted: $reason"; else report_changed "$unit started"; fi
}

# Why the running service is not what is on disk; nothing if it is.
restart_reason() {
  local unit=$1 wanted=$2 stamp=$STATE_DIRECTORY/stamps/$1 hash='' boot='' start=0 process now current
  if [[ $(unit_property "$unit" ActiveState) != active ]]; then
    printf 'it is not running'
  else
    # After a power cut the file may be there and empty.
    if [[ -r $stamp ]]; then read -r hash boot start <"$stamp" || true; fi
    process=$(unit_property "$unit" MainPID)
    now=$(process_start "$process") || now=0
    if [[ -z $hash ]]; then
      printf 'it was not started by a deployment that ended well'
    elif [[ $hash != "$wanted" ]]; then
      printf 'its unit, environment or code changed since it was started'
    elif [[ $boot == "$(</proc/sys/kernel/random/boot_id)" ]] && ((now < start)); then
      printf 'its process is older than the last deployment'
    else
      # Somebody may have changed a file, restarted the service, and changed the file back.
      current=$(observe_current "$unit") || true
      [[ $current == yes ]] || printf '%s' "$current"
    fi
  fi
}

# One hash over all that the service was made from: unit file and drop-ins as the manager finds them, and the given paths. A link
# counts by where it leads, a directory by the files in it that are ours.
service_hash() {
  local unit=$1 path sum
  shift
  sum=$({
    { find "/etc/systemd/system/$unit" "/etc/systemd/system/$unit.d" "/run/systemd/system/$unit.d" -type f -print0 2>/dev/null || true; } |
      sort -z | xargs -0 --no-run-if-empty sha256sum --
    for path in "$@"; do
      if [[ -L $path ]]; then
        readlink -- "$path"
      elif [[ -d $path ]]; then
        application_state "${path%/}"
      else
        sha256sum -- "$path" 2>/dev/null || printf 'absent  %s\n' "$path"
      fi
    done
  } | sha256sum)
  printf '%s' "${sum%% *}"
}

# The application was made equal to the package before this, so the ledger tells its content.
application_state() {
  local key
  for key in "${!ledger[@]}"; do
    if [[ $key == "application $1/"* && ${ledger["$key"]} ]]; then printf '%s %s\n' "$key" "${ledger["$key"]#*$'\t'}"; fi
  done | sort
}

# Called by the health gate: what runs now is known to be healthy.
stamp_services() {
  local unit process start
  mkdir -p -- "$STATE_DIRECTORY/stamps"
  for unit in "${!unproven_stamps[@]}"; do
    process=$(systemctl show --property=MainPID --value -- "$unit")
    start=$(process_start "$process") || start=0
    printf '%s %s %s\n' "${unproven_stamps["$unit"]}" "$(</proc/sys/kernel/random/boot_id)" "$start" >"$STATE_DIRECTORY/stamps/$unit"
  done
}
