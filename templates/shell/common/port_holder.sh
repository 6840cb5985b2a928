# Tells which unit a listening port belongs to.

# port_holder PORT [tcp|udp]
# Prints the unit's name, or the program's where it is in no unit; nothing when the port is free. What cannot be seen is not free.
port_holder() {
  local sockets process group name
  sockets=$(ss --listening "--${2:-tcp}" --numeric --processes --no-header "sport = :$1" 2>/dev/null) || {
    printf 'something that ss does not tell'
    return 0
  }
  if [[ ! $sockets =~ pid=([0-9]+) ]]; then return 0; fi
  process=${BASH_REMATCH[1]}
  # It may end meanwhile. (Not $(<FILE): under errexit that would end the script, whatever stands behind it.)
  IFS= read -r group 2>/dev/null <"/proc/$process/cgroup" || return 0
  IFS= read -r name 2>/dev/null <"/proc/$process/comm" || return 0
  group=${group##*/}
  if [[ $group == *.service ]]; then printf '%s' "$group"; else printf '%s' "$name"; fi
}
