# observe_unit_property UNIT PROPERTY prints a property of a unit, as the manager holds it now (not as the files say).
# requires: unit_property

observe_unit_property() {
  local unit=$1 property=$2 load
  load=$(unit_property "$unit" LoadState) || {
    printf '%s\n' "$load"
    return 2
  }
  if [[ $property != LoadState && $load != loaded && $load != masked ]]; then
    printf '%s is %s\n' "$unit" "$load"
    return 1
  fi
  unit_property "$unit" "$property"
}
