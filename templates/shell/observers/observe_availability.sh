# observe_availability MONITOR SECONDS prints what the outages of the last 30 days leave of 100 %; SECONDS lie between two requests of the monitor.

observe_availability() {
  local days=/var/lib/$1/days interval=$2 today=$((EPOCHSECONDS / 86400)) line asked=0 unanswered=0 lost
  if [[ ! -r $days || -L $days ]]; then
    if ((EUID != 0)); then
      printf 'only root can see this\n'
      return 2
    fi
    printf 'the service was never asked\n'
    return 1
  fi
  while IFS= read -r line; do
    if [[ ! $line =~ ^([0-9]{1,9})\ ([0-9]{1,9})\ ([0-9]{1,9})$ ]] || ((10#${BASH_REMATCH[3]} > 10#${BASH_REMATCH[2]})); then
      printf '%s is damaged\n' "$days"
      return 1
    fi
    ((10#${BASH_REMATCH[1]} > today - 30)) || continue
    asked=$((asked + 10#${BASH_REMATCH[2]}))
    unanswered=$((unanswered + 10#${BASH_REMATCH[2]} - 10#${BASH_REMATCH[3]}))
  done <"$days"
  if ((asked == 0)); then
    printf 'the service was not asked in the last 30 days\n'
    return 1
  fi
  # In thousandths of a percent of 30 days; what was lost is rounded up.
  lost=$(((unanswered * interval * 100000 + 2591999) / 2592000))
  if ((lost > 100000)); then lost=100000; fi
  printf '%d.%03d\n' "$(((100000 - lost) / 1000))" "$(((100000 - lost) % 1000))"
}
