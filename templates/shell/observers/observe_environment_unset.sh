# observe_environment_unset PATH NAME… prints the variables that have no value in an environment file, or are not in it; "none". Never a value.

observe_environment_unset() {
  local path=$1 name line value missing=''
  shift
  if [[ ! -f $path ]]; then
    printf '%s does not exist\n' "$path"
    return 1
  fi
  if [[ ! -r $path ]]; then
    printf 'only root can read %s\n' "$path"
    return 2
  fi
  for name in "$@"; do
    value=''
    # The last line of that name counts, as it does for systemd.
    while IFS= read -r line || [[ -n $line ]]; do
      [[ $line != "$name="* ]] || value=${line#*=}
    done <"$path"
    if [[ -z $value || $value == "''" || $value == '""' ]]; then
      missing+="${missing:+ }$name"
    fi
  done
  printf '%s\n' "${missing:-none}"
}
