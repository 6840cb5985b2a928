# unit_property UNIT PROPERTY prints a property as the manager holds it now; empty where the unit has none of that name.
# requires: remembered

unit_property() {
  local properties
  properties=$(remembered "unit-$1" systemctl show --all -- "$1") || {
    printf 'the service manager does not answer: %s\n' "${properties%%$'\n'*}"
    return 2
  }
  if [[ $'\n'$properties =~ $'\n'"$2="([^$'\n']*) ]]; then
    printf '%s\n' "${BASH_REMATCH[1]}"
  else
    printf '\n'
  fi
}
