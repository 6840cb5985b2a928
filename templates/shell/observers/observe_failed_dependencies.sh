# observe_failed_dependencies UNIT prints the units that it requires or is bound to, and that are not active; "none" where all are.
# requires: unit_property

observe_failed_dependencies() {
  local unit=$1 needed other missing=''
  needed=$(unit_property "$unit" Requires) || {
    printf '%s\n' "$needed"
    return 2
  }
  needed+=" $(unit_property "$unit" Requisite) $(unit_property "$unit" BindsTo)"
  for other in $needed; do
    if [[ $(unit_property "$other" ActiveState) != active ]]; then
      missing+="${missing:+ }$other"
    fi
  done
  printf '%s\n' "${missing:-none}"
}
