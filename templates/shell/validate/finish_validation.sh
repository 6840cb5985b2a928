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
  selection_is_proven || exit 2
}

# Whoever names what is to be proven is not told that it is while nothing has looked at it. A run of everything leaves the drills out by design.
selection_is_proven() {
  local index advice=''
  if ((COUNT_PASS > 0)); then
    ((COUNT_NOT_RUN > 0 && ${#OPTION_CHECKS[@]} + ${#OPTION_REQUIREMENTS[@]} > 0)) || return 0
  else
    ((${#OPTION_CHECKS[@]} + ${#OPTION_REQUIREMENTS[@]} + ${#OPTION_LAYERS[@]} > 0)) || return 0
  fi
  for index in "${SELECTED[@]}"; do
    [[ ${RESULT_STATUS[index]} != not-run ]] || advice+=" --drill ${CHECK_NAME[index]#drill.}"
  done
  if [[ $advice ]]; then
    printf 'Not proven, because a drill was not run: %s%s --host %s\n' "$0" "$advice" "$(uname -n)" >&2
  else
    printf 'Not proven: only people can see to what was selected\n' >&2
  fi
  return 1
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
