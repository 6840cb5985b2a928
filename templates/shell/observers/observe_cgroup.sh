# observe_cgroup UNIT FILE prints a limit as the kernel holds it: memory.max, memory.swap.max, pids.max as they stand, cpu.max in percent of one CPU.
# requires: cgroup_directory

observe_cgroup() {
  local unit=$1 file=$2 directory value period
  directory=$(cgroup_directory "$unit") || {
    local status=$?
    printf '%s\n' "$directory"
    return "$status"
  }
  if [[ ! -r $directory/$file ]]; then
    printf 'the kernel keeps no %s for %s\n' "$file" "$unit"
    return 1
  fi
  if [[ $file == cpu.max ]]; then
    read -r value period <"$directory/$file"
    if [[ $value == max ]]; then
      printf 'unlimited\n'
    else
      printf '%s\n' "$((value * 100 / period))"
    fi
  else
    cat "$directory/$file"
  fi
}
