# observe_unit_enabled UNIT prints whether it starts at boot: enabled, disabled, static, masked, …; "unreached" where only a target wants it that the boot does not reach.
# requires: unit_property remembered

observe_unit_enabled() {
  local unit=$1 state reached
  state=$(unit_property "$unit" UnitFileState) || {
    printf '%s\n' "$state"
    return 2
  }
  if [[ -z $state ]]; then
    printf '%s is not installed\n' "$unit"
    return 1
  fi
  if [[ $state == enabled ]]; then
    # What the default target pulls in, directly or not.
    reached=$(remembered boot-units systemctl list-dependencies --plain --no-pager default.target) || return 2
    [[ $'\n'$reached$'\n' =~ $'\n'[[:space:]]*"$unit"$'\n' ]] || state=unreached
  fi
  printf '%s\n' "$state"
}
