# Observes one property of a unit, as the manager holds it now (not as the files say).

# observe_unit_property UNIT PROPERTY
observe_unit_property() {
  local unit=$1 property=$2 load value
  if ! load=$(systemctl show --property=LoadState --value -- "$unit" 2>&1); then
    printf 'the service manager does not answer: %s\n' "${load%%$'\n'*}"
    return 2
  fi
  if [[ $property == LoadState ]]; then
    printf '%s\n' "$load"
    return 0
  fi
  if [[ $load != loaded && $load != masked ]]; then
    printf '%s is %s\n' "$unit" "$load"
    return 1
  fi
  value=$(systemctl show --property="$property" --value -- "$unit") || return 2
  printf '%s\n' "$value"
}
