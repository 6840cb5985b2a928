# finish_validation counts the results, writes the report and ends with the exit status that the results ask for.
# requires: report_text report_tap report_json

COUNT_PASS=0 COUNT_FAIL=0 COUNT_SKIP=0 COUNT_MANUAL=0 COUNT_NOT_RUN=0

finish_validation() {
  count_results
  write_report
  report_text_summary
  if [[ -e $SCRATCH/reboot ]]; then
    # The reboot drill has written down what must be true afterwards; now that the report is out, it may happen.
    systemctl reboot
  fi
  ((COUNT_FAIL == 0)) || exit 1
  # What was skipped is not proven, whatever the reason.
  ((COUNT_SKIP == 0)) || exit 2
}

count_results() {
  local index
  for index in "${SELECTED[@]}"; do
    case ${RESULT_STATUS[index]} in
      pass) COUNT_PASS=$((COUNT_PASS + 1)) ;;
      fail) COUNT_FAIL=$((COUNT_FAIL + 1)) ;;
      skip) COUNT_SKIP=$((COUNT_SKIP + 1)) ;;
      manual) COUNT_MANUAL=$((COUNT_MANUAL + 1)) ;;
      not-run) COUNT_NOT_RUN=$((COUNT_NOT_RUN + 1)) ;;
    esac
  done
}

write_report() {
  local unfinished
  if [[ -z $OPTION_OUTPUT ]]; then
    [[ $OPTION_FORMAT == text ]] || "report_$OPTION_FORMAT"
    return
  fi
  # Written beside the file and renamed: no half report, and no write through a link that somebody planted.
  unfinished=$(mktemp "$OPTION_OUTPUT.XXXXXXXX") || exit 2
  if [[ $OPTION_FORMAT == text ]]; then
    report_text >"$unfinished"
  else
    "report_$OPTION_FORMAT" >"$unfinished"
  fi
  chmod 0644 -- "$unfinished"
  mv -T -- "$unfinished" "$OPTION_OUTPUT"
}
