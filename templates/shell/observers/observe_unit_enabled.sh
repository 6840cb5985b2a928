# Observes whether a unit starts at boot: enabled, and wanted by something that the boot reaches.

# observe_unit_enabled UNIT
# Prints enabled, disabled, static, masked, …; "unreached" when it is enabled, but only for a target that is never started.
observe_unit_enabled() {
  local unit=$1 state target line
  state=$(systemctl is-enabled -- "$unit" 2>/dev/null) || true
  if [[ -z $state || $state == not-found ]]; then
    printf '%s is not installed\n' "$unit"
    return 1
  fi
  if [[ $state == enabled ]]; then
    target=$(systemctl get-default) || return 2
    state=unreached
    while read -r line; do
      if [[ $line == "$unit" ]]; then state=enabled; fi
    done <<<"$(systemctl list-dependencies --plain --no-pager -- "$target")"
  fi
  printf '%s\n' "$state"
}
