# observe_stable UNIT SECONDS prints "stable" where systemd never had to restart it, or where its process has run that long; else what it does instead.

observe_stable() {
  local unit=$1 seconds=$2 active sub pid restarts started age later
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
  fi
  printf 'stable\n'
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
