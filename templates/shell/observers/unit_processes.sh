# unit_processes UNIT prints the PIDs of all processes in the unit's control group, children included.
# requires: cgroup_directory

unit_processes() {
  local directory pids
  directory=$(cgroup_directory "$1") || {
    local status=$?
    printf '%s\n' "$directory"
    return "$status"
  }
  pids=$(find "$directory" -name cgroup.procs -exec cat {} + 2>/dev/null) || true
  if [[ -z $pids ]]; then
    printf 'no process of %s runs\n' "$1"
    return 1
  fi
  printf '%s\n' "$pids"
}
