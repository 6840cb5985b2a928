# The order of a run.
# requires: parse_arguments report stop step begin_moment ledger take_lock preflight stage_package run_detached apply_plan observe_plan confirm_changes revert_changes roll_back run_remotely uninstall

# Where this script lies, with the files of its package beside it.
package_directory=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# The package's identity: the SHA-256 of its SHA256SUMS.
package_hash=''
# Where this run keeps its log; empty while nothing may be written.
run_directory=''

main() {
  parse_arguments "$@"
  use_colors
  trap 'failed_command="$BASH_COMMAND (line $LINENO, exit $?)"' ERR
  trap 'on_exit $?' EXIT
  walk_plan count
  if [[ $run_mode == list ]]; then return 0; fi
  if ((steps_selected == 0)); then usage_error "there is no step ${option[only]}; --list shows them"; fi
  if [[ ${option[host]} ]]; then run_remotely; fi
  require_root "$@"
  case $run_mode in
    check | dry-run)
      keep_looks
      ledger_read
      preflight
      view_package
      observe_plan
      ;;
    apply)
      keep_looks
      if [[ ${option[run]} ]]; then apply_plan; else prepare; fi
      ;;
    rollback) roll_back ;;
    confirm) confirm_changes ;;
    revert-now) revert_changes ;;
    uninstall) uninstall ;;
  esac
  on_exit 0
}

require_root() {
  local word command='sudo bash'
  ((EUID != 0)) || return 0
  for word in "$package_directory/deploy.sh" "$@"; do command+=" ${word@Q}"; done
  printf 'deploy.sh: this needs root:\n  %s\n' "$command" >&2
  exit 2
}

# Looks, refuses what cannot go well, puts the package where only root can change it, and goes on from there.
prepare() {
  take_lock
  ledger_read
  preflight
  stage_package
  release_lock
  run_detached
}
