# observe_failed_dependencies UNIT prints the units that it requires or is bound to, and that are not active; "none" where all are.

observe_failed_dependencies() {
  local unit=$1 needed other missing=''
  needed=$(systemctl show "$unit" --property=Requires,Requisite,BindsTo --value)
  for other in $needed; do
    if [[ $(systemctl show "$other" --property=ActiveState --value) != active ]]; then
      missing+="${missing:+ }$other"
    fi
  done
  printf '%s\n' "${missing:-none}"
}
