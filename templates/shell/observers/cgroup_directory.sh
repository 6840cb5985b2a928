# cgroup_directory UNIT prints the directory of its control group (version 2).
# requires: unit_property

cgroup_directory() {
  local group
  group=$(unit_property "$1" ControlGroup) || {
    printf '%s\n' "$group"
    return 2
  }
  if [[ -z $group || ! -d /sys/fs/cgroup$group ]]; then
    printf '%s has no control group: it does not run\n' "$1"
    return 1
  fi
  printf '/sys/fs/cgroup%s\n' "$group"
}
