# The secrets gate: the environment file is there, private, readable for systemd and shell alike, and complete.
# requires: step report stop ledger observe_file_field put_file

# ensure_environment_file MODE OWNER GROUP PATH NAME…
# An existing file's values are never changed, printed or sourced. Without the values nothing is started: exit 6.
ensure_environment_file() {
  local mode=$1 owner=$2 group=$3 path=$4 actual problem name
  shift 4
  local -a unset_names=()
  manage environment "$path"
  if surveying; then
    if [[ -L $path || (-e $path && ! -f $path) ]]; then refuse "$path is in the way: it is not a regular file"; fi
    return 0
  fi
  if [[ ! -e $path ]]; then
    if pending missing "$path"; then return 0; fi
    ledger_put environment created - "$path"
    environment_template "$@" | put_file "$mode" "$owner" "$group" "$path"
    report_changed "$path (with the names only)"
  else
    actual=$(observe_file_field "$path" rights)
    if [[ $actual == "$mode $owner:$group" ]]; then
      report_ok "$path"
    elif ! pending edited "$path is $actual, not $mode $owner:$group"; then
      ledger_put environment found - "$path"
      # Moved into place as a new file: whoever holds the old one open with too wide a mode keeps only the old one.
      exec 5<"$path"
      put_file "$mode" "$owner" "$group" "$path" <&5
      exec 5<&-
      report_changed "$path ($mode $owner:$group; it was $actual)"
    fi
  fi
  problem=$(environment_problem "$path")
  if [[ $problem ]]; then
    if ! pending edited "$path: $problem"; then fail "$path: $problem" "$path; the running service was left alone"; fi
    return 0
  fi
  for name in "$@"; do
    if ! environment_sets "$path" "$name"; then unset_names+=("$name"); fi
  done
  ((${#unset_names[@]} > 0)) || return 0
  if pending missing "$path: values for ${unset_names[*]}"; then return 0; fi
  secrets_missing "$path" "${unset_names[@]}"
}

environment_template() {
  local name
  printf '# Environment of %s. One NAME=value a line; put a value with special characters in single quotes.\n' "$SERVICE"
  for name in "$@"; do printf '%s=\n' "$name"; done
}

# Prints the first line that systemd and a shell would read differently, by its number; never its text, which may be secret.
environment_problem() {
  local line number=0
  local name='^[A-Za-z_][A-Za-z0-9_]*=' bare='[A-Za-z0-9_@%+:,./=-]*$' single="'[^'\\]*'\$" double='"[^"\$`]*"$'
  while IFS= read -r line || [[ $line ]]; do
    number=$((number + 1))
    [[ $line && $line != '#'* ]] || continue
    if [[ $line =~ $name$bare || $line =~ $name$single ]]; then continue; fi
    if [[ $line =~ $name$double && $line != *\\* ]]; then continue; fi
    printf 'line %s is not NAME=value in a form that systemd and the shell read alike; put the value in single quotes' "$number"
    return 0
  done <"$1"
}

# environment_sets PATH NAME: the last value of NAME is not empty.
environment_sets() {
  local line value=''
  while IFS= read -r line || [[ $line ]]; do
    if [[ $line == "$2="* ]]; then value=${line#*=}; fi
  done <"$1"
  [[ $value && $value != "''" && $value != '""' ]]
}

secrets_missing() {
  local path=$1
  shift
  printf '\n%sstopped%s before the service was touched: these have no value yet: %s\n' "$yellow" "$plain" "$*"
  printf '  do        sudoedit %s\n' "$path"
  printf '  then      run deploy.sh again\n'
  exit 6
}
