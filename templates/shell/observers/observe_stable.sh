# observe_stable UNIT SECONDS prints "stable" where systemd never had to restart it, or where its process has run that long and is not one of many; else what it does instead.
# requires: may_read_journal

# So many automatic restarts in so many seconds are no single crash that was healed. Drills stay below: each starts the counter anew.
readonly MANY_RESTARTS=3 RESTARTS_WITHIN=900

observe_stable() {
  local unit=$1 seconds=$2 active sub pid restarts started age later recent
  # Asked anew each time: what the manager said a moment ago is just what may have changed.
  {
    IFS= read -r active
    IFS= read -r sub
    IFS= read -r pid
    IFS= read -r restarts
    IFS= read -r started
  } < <(stability "$unit")
  # Of a unit that does not exist systemd says that it is inactive.
  if [[ -z $active ]]; then
    printf 'the service manager does not answer\n'
    return 2
  fi
  if [[ $active != active || $sub != running ]]; then
    printf '%s (%s)\n' "$active" "$sub"
    return 0
  fi
  # A service that crashes now and then is active most of the time; only its process tells.
  if ((restarts > 0)); then
    age=$(($(seconds_up) - started / 1000000))
    if ((age < seconds)); then
      sleep "$((seconds - age))"
      later=$(systemctl show --property=MainPID --value -- "$unit")
      if [[ $later != "$pid" ]]; then
        printf 'restarting: %s automatic restarts, main process %s → %s\n' "$restarts" "$pid" "$later"
        return 0
      fi
    fi
    # One that lives for a minute before it crashes has run long enough each time that somebody looks.
    if ((restarts >= MANY_RESTARTS && age < RESTARTS_WITHIN)); then
      recent=$(recent_restarts "$unit" "$restarts") || {
        printf '%s\n' "$recent"
        return 2
      }
      if ((recent >= MANY_RESTARTS)); then
        printf 'restarting: %s automatic restarts within the last %s min\n' "$recent" "$((RESTARTS_WITHIN / 60))"
        return 0
      fi
    fi
  fi
  printf 'stable\n'
}

# recent_restarts UNIT RESTARTS prints how often the manager restarted it of late, of RESTARTS in all since it was last started by hand.
recent_restarts() {
  local entries
  local -a lines=()
  may_read_journal || return
  # The manager's own entry "Scheduled restart job", by its number: the unit's processes cannot write one.
  entries=$(journalctl --quiet --no-pager --output=cat --since="-${RESTARTS_WITHIN}s" _PID=1 "UNIT=$1" \
    MESSAGE_ID=5eb03494b6584870a536b337290809b3) || {
    printf 'the journal cannot be read\n'
    return 2
  }
  [[ -z $entries ]] || mapfile -t lines <<<"$entries"
  # A restart by hand starts the counter anew, and its older entries stay. A journal without the last restart tells of none: then the counter is all there is.
  if ((${#lines[@]} == 0 || ${#lines[@]} > $2)); then
    printf '%s\n' "$2"
  else
    printf '%s\n' "${#lines[@]}"
  fi
}

# One property a line, in this order.
stability() {
  local property
  for property in ActiveState SubState MainPID NRestarts ExecMainStartTimestampMonotonic; do
    systemctl show --property="$property" --value -- "$1"
  done
}

seconds_up() {
  local up
  read -r up _ </proc/uptime
  printf '%s\n' "${up%%.*}"
}
