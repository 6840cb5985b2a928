# observe_current UNIT prints "yes" where its process runs what is installed, else what changed after it had started.
# requires: unit_property main_pid configuration_newer_than

observe_current() {
  local unit=$1 pid started path directory newer
  local -a files=() brought=()
  pid=$(main_pid "$unit") || {
    local status=$?
    printf '%s\n' "$pid"
    return "$status"
  }
  if [[ $(unit_property "$unit" NeedDaemonReload) != no ]]; then
    printf 'systemd has not read the unit file since it changed\n'
    return
  fi
  for path in exe cwd; do
    if [[ $(readlink "/proc/$pid/$path") == *' (deleted)' ]]; then
      printf 'its %s was replaced under it\n' "$path"
      return
    fi
  done
  started=$(unit_started "$unit")
  directory=$(unit_property "$unit" WorkingDirectory)
  # Files that the service reads once: its unit, its environment, and of its directory those that the package brought.
  read -ra files <<<"$(unit_property "$unit" FragmentPath) $(unit_property "$unit" DropInPaths) $(environment_files "$unit")"
  if [[ -n $directory && -d ${package_directory-}/app ]]; then
    while IFS= read -r path; do
      [[ ! -f $directory/$path ]] || brought+=("$directory/$path")
    done < <(find "$package_directory/app" -type f ! -path '*/wheels/*' -printf '%P\n')
  fi
  newer=$(configuration_newer_than "$started" "${files[@]}" "${brought[@]}")
  newer=${newer:-$(replaced_with_an_old_time "$started" "$directory" "${brought[@]}")}
  if [[ -n $newer ]]; then
    printf '%s changed after the process had started\n' "$newer"
  else
    printf 'yes\n'
  fi
}

# replaced_with_an_old_time STARTED DIRECTORY FILE…: prints the first that changed after that moment, and is not what the package
# brought: `cp -p` and `rsync -a` keep the time of their source. That a mode or an owner changed, too, is other checks' matter.
replaced_with_an_old_time() {
  local started=$1 directory=$2 file
  shift 2
  (($# > 0)) || return 0
  while IFS= read -r file; do
    if ! cmp --silent -- "$package_directory/app/${file#"$directory/"}" "$file"; then
      printf '%s\n' "$file"
      return
    fi
  done < <(find -L "$@" -type f -newerct "@$((started + 1))" 2>/dev/null)
}

# EnvironmentFiles=/etc/agent/agent.env (ignore_errors=no)
environment_files() {
  local word
  for word in $(unit_property "$1" EnvironmentFiles); do
    [[ $word != /* ]] || printf '%s\n' "$word"
  done | paste -sd ' '
}
