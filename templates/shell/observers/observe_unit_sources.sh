# observe_unit_sources UNIT prints the files that systemd has read for the unit, the drop-ins after the unit file: a foreign drop-in shows.

observe_unit_sources() {
  local unit=$1 load fragment drop_ins
  load=$(systemctl show "$unit" --property=LoadState --value)
  if [[ $load != loaded ]]; then
    printf '%s is %s\n' "$unit" "${load:-unknown to systemd}"
    return 1
  fi
  fragment=$(systemctl show "$unit" --property=FragmentPath --value)
  drop_ins=$(systemctl show "$unit" --property=DropInPaths --value)
  printf '%s\n' "$fragment${drop_ins:+ $drop_ins}"
}
