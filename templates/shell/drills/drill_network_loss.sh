# drill_network_loss UNIT SECONDS [METHOD URL STATUS]: takes the network from the unit for that long; the same process must live on, never restarted, and be healthy when it is back.
# requires: needs drill_guard cgroup_directory main_pid is_healthy await_recovery

drill_network_loss() {
  local unit=$1 seconds=$2 old restarts group started status=0
  needs root systemd-run || return
  old=$(main_pid "$unit") || {
    status=$?
    printf '%s\n' "$old"
    return "$status"
  }
  group=$(cgroup_directory "$unit") || {
    status=$?
    printf '%s\n' "$group"
    return "$status"
  }
  network_is_untouched "$unit" || return
  restarts=$(systemctl show "$unit" --property=NRestarts --value)
  # The guard gives the network back first: a service that was started without one would not be well.
  arm_drill_guard "$unit" "$((seconds + 60))" "$(giving_back "$unit")" || return
  started=$EPOCHREALTIME
  systemctl set-property --runtime "$unit" IPAddressDeny=any
  if can_send "$group"; then
    give_network_back "$unit"
    printf 'nothing was proven: this kernel does not take the network from a unit\n'
    return 2
  fi
  lives_on "$unit" "$old" "$restarts" "$seconds" || status=$?
  if ! give_network_back "$unit" || ! can_send "$group"; then
    printf 'the network could not be given back to %s; systemd tries again %s s after the beginning of the drill\n' "$unit" "$((seconds + 60))"
    return 1
  fi
  if ((status != 0)); then
    systemctl reset-failed "$unit" 2>/dev/null || true
    systemctl start "$unit" 2>/dev/null || true
    return "$status"
  fi
  is_well_again "$unit" "$old" "$restarts" "${@:3}" || return
  printf '%s s without a network: the same process (PID %s), %s lines in the journal meanwhile\n' "$seconds" "$old" "$(lines_since "$unit" "${started%[.,]*}")"
}

# Whoever limits the network of the unit already would lose that limit, or keep the drill from proving anything.
network_is_untouched() {
  local unit=$1 denied allowed
  denied=$(systemctl show "$unit" --property=IPAddressDeny --value)
  allowed=$(systemctl show "$unit" --property=IPAddressAllow --value)
  if [[ -n $denied || -n $allowed || -e $(runtime_drop_in "$unit") ]]; then
    printf 'nothing was tried: the network of %s is limited already (IPAddressDeny=%s IPAddressAllow=%s)\n' "$unit" "$denied" "$allowed"
    return 2
  fi
}

runtime_drop_in() {
  printf '/run/systemd/system.control/%s.d/50-IPAddressDeny.conf\n' "$1"
}

# The commands that undo it, as one line: also for the guard, which has nothing of this script. Other drop-ins stay.
giving_back() {
  local file
  file=$(runtime_drop_in "$1")
  printf "systemctl set-property --runtime '%s' IPAddressDeny= && rm -f '%s' && { rmdir --ignore-fail-on-non-empty '%s' || true; } && systemctl daemon-reload" "$1" "$file" "${file%/*}"
}

give_network_back() {
  /bin/sh -c "$(giving_back "$1")" || return 1
  disarm_drill_guard
}

# Whether a process in that control group can send; the kernel refuses at once where it may not. Nobody listens on port 9.
can_send() {
  (
    printf '%s\n' "$BASHPID" >"$1/cgroup.procs" || exit 1
    printf 'x' >/dev/udp/127.0.0.1/9
  ) 2>/dev/null
}

# The same process all the time, and no restart.
lives_on() {
  local unit=$1 old=$2 restarts=$3 seconds=$4 begun=$EPOCHREALTIME
  while (($(milliseconds_since "$begun") < seconds * 1000)); do
    is_unharmed "$unit" "$old" "$restarts" || return
    sleep 0.5
  done
}

is_unharmed() {
  local unit=$1 old=$2 restarts=$3 state pid now
  state=$(systemctl show "$unit" --property=ActiveState --value)
  pid=$(systemctl show "$unit" --property=MainPID --value)
  now=$(systemctl show "$unit" --property=NRestarts --value)
  if [[ $state != active || $pid != "$old" || $now != "$restarts" ]]; then
    printf 'the service did not outlive the loss of its network: %s is %s, PID %s → %s, %s automatic restarts\n' "$unit" "$state" "$old" "$pid" "$((now - restarts))"
    return 1
  fi
}

# Connections may take their time to come back; the process must still be the same when they have.
is_well_again() {
  local unit=$1 old=$2 restarts=$3 begun=$EPOCHREALTIME
  shift 3
  until is_healthy "$@"; do
    if (($(milliseconds_since "$begun") > 30000)); then
      printf 'not healthy within 30 s after its network was back%s\n' "${HEALTH_ANSWER:+; health: $HEALTH_ANSWER}"
      return 1
    fi
    sleep 0.2
  done
  is_unharmed "$unit" "$old" "$restarts"
}

lines_since() {
  journalctl --quiet --no-pager --output=cat --since="@$2" "_SYSTEMD_UNIT=$1" 2>/dev/null | wc -l
}
