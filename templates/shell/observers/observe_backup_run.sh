# How the last run of a backup, or of a restore test, ended.
# requires: observe_unit_result

# observe_backup_run UNIT STAMP
# Prints success, never-ran, or what failed. The manager knows nothing of runs before the last boot: of those the stamp tells.
observe_backup_run() {
  local unit=$1 stamp=$2 result word='' status=0
  result=$(observe_unit_result "$unit") || status=$?
  if ((status == 0)) && [[ $result == never-ran && -r $stamp ]]; then
    read -r word _ <"$stamp" || true
    case $word in
      good) result=success ;;
      failed) result='it failed before the last boot' ;;
    esac
  fi
  printf '%s\n' "$result"
  return "$status"
}
