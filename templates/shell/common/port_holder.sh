# Tells which unit a listening port belongs to.

# port_holder PORT [tcp|udp]
# Prints the unit's name, or the program's where it is in no unit; nothing when the port is free.
port_holder() {
  local process group
  process=$(ss --listening "--${2:-tcp}" --numeric --processes --no-header "sport = :$1" 2>/dev/null | grep -Eo 'pid=[0-9]+' | head -n 1) || return 0
  process=${process#pid=}
  group=$(<"/proc/$process/cgroup") || return 0
  group=${group##*/}
  if [[ $group == *.service ]]; then printf '%s' "$group"; else printf '%s' "$(<"/proc/$process/comm")"; fi
}
