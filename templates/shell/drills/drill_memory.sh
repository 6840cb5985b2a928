# drill_memory UNIT LIMIT SECONDS [METHOD URL STATUS]: a process in the unit's control group takes 64 MiB more than LIMIT (bytes); the kernel must kill it, and the unit recover.
# requires: needs drill_guard cgroup_directory main_pid observe_cgroup await_recovery is_healthy

drill_memory() {
  local unit=$1 limit=$2 seconds=$3 old restarts directory kernel_limit available started kills status
  local more=$((64 * 1024 * 1024))
  needs root systemd-run || return
  old=$(main_pid "$unit") || {
    status=$?
    printf '%s\n' "$old"
    return "$status"
  }
  directory=$(cgroup_directory "$unit")
  kernel_limit=$(observe_cgroup "$unit" memory.max)
  if [[ $kernel_limit != "$limit" ]]; then
    printf 'nothing was tried: the kernel holds a limit of %s, not of %s\n' "$kernel_limit" "$limit"
    return 1
  fi
  # Where the host itself would run short first, the kernel might kill somebody else.
  available=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
  if ((available * 1024 < limit + 2 * more)); then
    printf 'not enough free memory to try it safely: %s MiB available, %s MiB needed\n' "$((available / 1024))" "$(((limit + 2 * more) / 1024 / 1024))"
    return 2
  fi
  systemctl reset-failed "$unit"
  restarts=$(systemctl show "$unit" --property=NRestarts --value)
  arm_drill_guard "$unit" "$((seconds + 120))" || return
  started=$EPOCHREALTIME
  kills=$(out_of_memory_kills "$directory")
  status=0
  take_memory "$directory" "$((limit + more))" || status=$?
  if ((status != 137)); then
    printf 'a process took %s bytes and was not killed (exit status %s); swap left to the unit: %s\n' \
      "$((limit + more))" "$status" "$(observe_cgroup "$unit" memory.swap.max)"
    restore_after_drill "$unit"
    return 1
  fi
  if ! kernel_killed "$unit" "$directory" "$kills" "$started"; then
    printf 'a process that took too much was killed, but the kernel counts no kill for want of memory\n'
    restore_after_drill "$unit"
    return 1
  fi
  if [[ $(systemctl show "$unit" --property=OOMPolicy --value) == continue ]]; then
    # Asked to go on without the process that was killed, the service must have stayed as it was.
    if [[ $(main_pid "$unit") == "$old" ]] && is_healthy "${@:4}"; then
      printf 'the process was killed at the limit, the service went on\n'
      disarm_drill_guard
      return 0
    fi
  fi
  printf 'the kernel killed the process that went over the limit; '
  await_recovery "$unit" "$old" "$restarts" "$seconds" "$EPOCHREALTIME" "${@:4}" || {
    restore_after_drill "$unit"
    return 1
  }
  disarm_drill_guard
}

# dd reads zeros into one block, which it has to hold as a whole: that much memory, and never more. First in line to be killed.
take_memory() {
  local directory=$1 bytes=$2
  (
    printf '1000\n' >"/proc/$BASHPID/oom_score_adj"
    printf '%s\n' "$BASHPID" >"$directory/cgroup.procs" || exit 1
    exec dd if=/dev/zero of=/dev/null bs="$bytes" count=1 iflag=fullblock status=none
  ) 2>/dev/null
}

out_of_memory_kills() {
  sed -n 's/^oom_kill //p' "$1/memory.events" 2>/dev/null || true
}

# The counter goes with the control group when the unit restarts; the manager's verdict stays in the journal.
kernel_killed() {
  local unit=$1 directory=$2 before=$3 started=$4 after try
  after=$(out_of_memory_kills "$directory")
  if [[ -n $after ]] && ((after > before)); then
    return 0
  fi
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if [[ -n $(journalctl --quiet --no-pager --output=cat --since="@${started%[.,]*}" --unit="$unit" --grep='oom-kill|OOM killer' --lines=1 2>/dev/null) ]]; then
      return 0
    fi
    : "$try"
    sleep 0.2
  done
  return 1
}
