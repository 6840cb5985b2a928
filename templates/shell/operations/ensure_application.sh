# The application's files are in place.
# requires: step report stop ledger as_owner

# ensure_application MODE_DIR MODE_FILE OWNER GROUP PATH ENTRY
# Files of the package's app/ that differ are written by their owner; other files there (data, caches) are not touched.
ensure_application() {
  local mode_directory=$1 mode_file=$2 owner=$3 group=$4 path=${5%/} entry=$6 name drift directories_differ=no
  local -A wanted_hash=() actual_hash=() actual_state=()
  local -a different=() directories=()
  if [[ ! -d $package_directory/app ]]; then
    application_not_in_package "$owner" "$group" "$path" "$entry"
    return 0
  fi
  read_wanted_files
  for name in "${!wanted_hash[@]}"; do manage application "$path/$name"; done
  if surveying; then
    if [[ $entry && -z ${wanted_hash["$entry"]:-} && -z ${option[app]} ]]; then refuse "the package's app/ has no $entry, which the service runs"; fi
    return 0
  fi
  read_actual_files "$owner" "$group" "$path"
  for name in "${!wanted_hash[@]}"; do
    if [[ ${actual_hash["$name"]:-} != "${wanted_hash["$name"]}" || ${actual_state["$name"]:-} != "$mode_file $owner:$group" ]]; then
      different+=("$name")
    fi
  done
  for name in "${directories[@]}"; do
    if [[ ${actual_state["$name"]:-} != "$mode_directory $owner:$group" ]]; then directories_differ=yes; fi
  done
  if [[ $directories_differ == yes ]] && ((${#different[@]} == 0)); then
    # Only modes to set: any file of the tree brings the writer there.
    different=("${!wanted_hash[@]}")
  fi
  if [[ $phase == apply ]]; then correct_application_ledger "$path"; fi
  if ((${#different[@]} == 0)); then
    report_ok "application in $path (files: ${#wanted_hash[@]})"
    return 0
  fi
  mapfile -t different < <(printf '%s\n' "${different[@]}" | sort)
  for name in "${different[@]}"; do
    drift=$(application_drift "$path/$name" "${actual_hash["$name"]:-}" "${wanted_hash["$name"]}")
    if pending "$drift" "$path/$name"; then continue; fi
    if [[ ($drift == edited || $drift == foreign) && ${actual_hash["$name"]} != "${wanted_hash["$name"]}" ]]; then
      keep_application_file "$owner" "$group" "$path/$name"
    fi
    if [[ ${actual_hash["$name"]:-} ]]; then
      ledger_put application found "${wanted_hash["$name"]}" "$path/$name"
    else
      ledger_put application created "${wanted_hash["$name"]}" "$path/$name"
    fi
  done
  [[ $phase == apply ]] || return 0
  sync_ledger
  write_application "$mode_directory" "$mode_file" "$owner" "$group" "$path" "${different[@]}"
  if ((${#different[@]} > 10)); then
    report_changed "$path (files: ${#different[@]})"
  else
    for name in "${different[@]}"; do report_changed "$path/$name"; done
  fi
}

# What is known of another content, and has this one: the ledger was a step ahead when a run was cut short.
correct_application_ledger() {
  local name
  for name in "${!wanted_hash[@]}"; do
    if [[ ${actual_hash["$name"]:-} == "${wanted_hash["$name"]}" ]] && ledger_knows application "$1/$name"; then
      ledger_put application found "${wanted_hash["$name"]}" "$1/$name"
    fi
  done
}

application_not_in_package() {
  local owner=$1 group=$2 path=$3 entry=$4
  if surveying; then
    application_of_last_deployment
    if [[ ${option[app]} ]]; then
      if [[ $entry && ! -f ${option[app]}/$entry ]]; then refuse "${option[app]} has no $entry, which the service runs"; fi
    elif [[ $run_mode == apply ]] && ! as_owner "$owner" "$group" test -e "$path/$entry" 2>/dev/null; then
      refuse "the package holds no application, and $path/$entry does not exist" 'add --app DIR'
    fi
  elif as_owner "$owner" "$group" test -e "$path/$entry" 2>/dev/null; then
    report_ok "application in $path (not part of this package)"
  else
    pending missing "application in $path: no $entry" || fail "there is no $path/$entry" 'deploy with --app DIR'
  fi
}

# A package without an application leaves the one that was deployed last: it goes on as if it had been given once more.
application_of_last_deployment() {
  local last=$STATE_DIRECTORY/current/app
  if [[ -z ${option[app]} && ${option[restoring]} == no && -d $last ]]; then option[app]=$last; fi
}

# Fills `wanted_hash` and `directories`, from the checksums that the package was verified with.
read_wanted_files() {
  local hash name
  while read -r hash name; do
    name=${name#app/}
    wanted_hash["$name"]=$hash
  done < <(grep -E '^[0-9a-f]+  app/' "$package_directory/SHA256SUMS" | grep -Ev '^[0-9a-f]+  app/wheels/')
  mapfile -t directories < <(printf '%s\n' "${!wanted_hash[@]}" | sed -n 's|/[^/]*$||p' | sort -u)
}

# Fills `actual_hash` and `actual_state` (mode and owner), looking with the owner's rights: it may have planted links to anywhere.
read_actual_files() {
  local owner=$1 group=$2 path=$3 first second name
  while read -r first name; do
    actual_hash["$name"]=$first
  done < <(printf '%s\0' "${!wanted_hash[@]}" | for_each_file "$@" sha256sum -- 2>/dev/null)
  while read -r first second name; do
    actual_state["$name"]="$first $second"
  done < <(printf '%s\0' "${!wanted_hash[@]}" "${directories[@]}" | for_each_file "$@" stat --format='%04a %U:%G %n' -- 2>/dev/null)
}

# for_each_file OWNER GROUP PATH COMMAND… <NAMES: runs the command in PATH on the names, which end in NUL.
for_each_file() {
  as_owner "$1" "$2" timeout 300 env -C "$3" xargs -0 --no-run-if-empty "${@:4}"
}

# application_drift PATH ACTUAL-HASH WANTED-HASH
application_drift() {
  local known
  known=$(ledger_hash application "$1")
  if [[ -z $2 ]]; then
    printf 'missing'
  elif [[ $2 == "$3" ]]; then
    # Only its mode or owner differs.
    printf 'edited'
  elif [[ -z $known ]]; then
    printf 'foreign'
  elif [[ $known == "$2" ]]; then
    printf 'stale'
  else
    printf 'edited'
  fi
}

keep_application_file() {
  local owner=$1 group=$2 path=$3 copy=$run_directory/edited$3
  mkdir -p -- "${copy%/*}"
  as_owner "$owner" "$group" cat -- "$path" >"$copy"
  report_note "$path was changed by hand; that text is kept in $copy"
}

# Streams the files to their owner, who writes them, with the present time: it tells which processes are older. Existing ones are
# replaced, not overwritten: a running program keeps its own.
write_application() {
  local mode_directory=$1 mode_file=$2 owner=$3 group=$4 path=$5
  shift 5
  tar --create --directory="$package_directory/app" -- "$@" |
    as_owner "$owner" "$group" tar --extract --directory="$path" --no-same-owner --no-same-permissions --touch
  printf '%s\0' "$@" | for_each_file "$owner" "$group" "$path" chmod "$mode_file" --
  if ((${#directories[@]} > 0)); then
    printf '%s\0' "${directories[@]}" | for_each_file "$owner" "$group" "$path" chmod "$mode_directory" --
  fi
  if [[ $owner == root && $group != root ]]; then
    printf '%s\0' "$@" "${directories[@]}" | for_each_file "$owner" "$group" "$path" chgrp --no-dereference "$group" --
  fi
}
