# run_selected_checks runs what was selected, in the order of the layers; the drills come last, and the reboot after them.
# requires: run_check look_at_files report_text

run_selected_checks() {
  local index
  local -a drills=() reboot=()
  [[ -n $OPTION_OUTSIDE_HOST ]] || look_at_files
  if [[ $OPTION_AFTER_REBOOT == yes && -v CHECK_INDEX[drill.reboot] ]]; then
    # First, because it waits until the host is up; it is reported in its place.
    run_check "${CHECK_INDEX[drill.reboot]}"
  fi
  for index in "${SELECTED[@]}"; do
    case ${CHECK_KIND[index]} in
      manual)
        set_result "$index" manual "${CHECK_WHO[index]}"
        report_text_item "$index"
        ;;
      check) run_and_report "$index" ;;
      drill)
        if ! drill_was_named "$index"; then
          set_result "$index" not-run ''
        elif [[ ${CHECK_NAME[index]} == drill.reboot ]]; then
          reboot+=("$index")
        else
          drills+=("$index")
        fi
        ;;
    esac
  done
  for index in "${drills[@]}" "${reboot[@]}"; do
    run_and_report "$index"
  done
  report_text_drills_not_run
}

run_and_report() {
  local index=$1
  run_check "$index"
  report_text_item "$index"
  if [[ ${RESULT_STATUS[index]} == fail && $OPTION_FAIL_FAST == yes ]]; then
    STOPPED=yes
  fi
}
