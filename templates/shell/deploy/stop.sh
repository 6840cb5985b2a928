# The ways in which a run ends before its end, and what is said then.
# requires: report begin_moment

# What the last command that failed was, for the message of an unforeseen end.
failed_command=''

# fail TEXT [WHAT-TO-LOOK-AT]: this step did not work; a second run continues from here.
fail() {
  report_failure "$@"
  failed_command=''
  exit 1
}

report_failure() {
  local place='in the preflight' command=deploy.sh
  if [[ $step_title ]]; then
    place="in step [$step_number/$step_total] $step_title"
  elif [[ ${phase-} == apply ]]; then
    place='after the last step'
  fi
  case ${run_mode-} in
    uninstall) place='while the service was removed' command='deploy.sh --uninstall' ;;
    confirm) place='while a change was confirmed' command='deploy.sh --confirm' ;;
    revert-now) place='while a change was taken back' command='deploy.sh --revert-now' ;;
  esac
  printf '\n%sfailed%s %s: %s\n' "$red" "$plain" "$place" "$1"
  if [[ ${2:-} ]]; then printf '  look at   %s\n' "$2"; fi
  printf '  then      run %s again; it continues where it stopped\n' "$command"
}

# refuse TEXT [WHAT-TO-DO]: nothing was changed.
refuse() {
  printf '\n%srefused%s, nothing was changed: %s\n' "$red" "$plain" "$1"
  if [[ ${2:-} ]]; then printf '  instead   %s\n' "$2"; fi
  failed_command=''
  exit 3
}

# However the script ends, the end is recorded: the follower of a detached run waits for it.
on_exit() {
  local status=$1
  trap - ERR EXIT
  drop_looks
  if [[ $failed_command && $status != 0 ]]; then
    report_failure "$failed_command"
    status=1
  fi
  if [[ $run_directory && ${option[restoring]} == no ]]; then
    printf '%s\t%s\t%s\t%s\n' "${option[run]}" "$run_mode" "$package_hash" "$status" >>"$STATE_DIRECTORY/history"
    printf '%s\n' "$status" >"$run_directory/exit.new" && mv -- "$run_directory/exit.new" "$run_directory/exit"
  fi
  exit "$status"
}
