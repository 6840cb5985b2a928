# observe_listener_unit PORT PROTOCOL UNIT prints "yes" where every socket that listens on the port belongs to the unit, else "foreign: NAME (pid N)".
# requires: needs listening_sockets cgroup_directory

observe_listener_unit() {
  local port=$1 protocol=$2 unit=$3 sockets group _ pid name
  needs root ss || return
  sockets=$(listening_sockets "$port" "$protocol") || {
    printf 'ss does not tell what listens on port %s/%s\n' "$port" "$protocol"
    return 2
  }
  if [[ -z $sockets ]]; then
    printf 'nothing listens on port %s/%s\n' "$port" "$protocol"
    return 1
  fi
  group=$(cgroup_directory "$unit") || {
    local status=$?
    if ((status == 2)); then
      printf '%s\n' "$group"
      return 2
    fi
    group='(none)'
  }
  while read -r _ pid name; do
    if ! in_control_group "$pid" "${group#/sys/fs/cgroup}"; then
      printf 'foreign: %s (pid %s)\n' "$name" "$pid"
      return 0
    fi
  done <<<"$sockets"
  printf 'yes\n'
}

in_control_group() {
  local pid=$1 group=$2 own=''
  # A socket unit's socket is held by systemd too, until it has handed it over.
  [[ $pid != 1 ]] || return 0
  IFS= read -r own 2>/dev/null <"/proc/$pid/cgroup" || return 1
  own=${own#0::}
  [[ $own == "$group" || $own == "$group"/* ]]
}
