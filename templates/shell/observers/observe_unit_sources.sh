# observe_unit_sources UNIT prints the files that systemd has read for the unit, the drop-ins after the unit file: a foreign drop-in shows.
# requires: unit_property

observe_unit_sources() {
  local unit=$1 load fragment drop_ins
  load=$(unit_property "$unit" LoadState) || {
    printf '%s\n' "$load"
    return 2
  }
  if [[ $load != loaded ]]; then
    printf '%s is %s\n' "$unit" "${load:-unknown to systemd}"
    return 1
  fi
  fragment=$(unit_property "$unit" FragmentPath)
  drop_ins=$(unit_property "$unit" DropInPaths)
  printf '%s\n' "$fragment${drop_ins:+ $drop_ins}"
}
