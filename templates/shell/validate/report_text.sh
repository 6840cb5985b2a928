# report_text_item INDEX writes one result for people, as soon as it is known, where text is what was asked for.
# requires: printable expectation_met run_check

TEXT_LAYER=''

report_text_head() {
  writes_text || return 0
  if [[ -n $OPTION_OUTSIDE_HOST ]]; then
    printf '%s on %s, seen from %s, package %s\n' "$SERVICE" "$OPTION_OUTSIDE_HOST" "$(uname -n)" "${PACKAGE:0:8}"
  else
    printf '%s on %s, package %s\n' "$SERVICE" "$(uname -n)" "${PACKAGE:0:8}"
  fi
}

# With --output the report is in the file, and the terminal still shows what happens.
writes_text() {
  [[ $OPTION_FORMAT == text || -n $OPTION_OUTPUT ]]
}

report_text_item() {
  local index=$1
  writes_text || return 0
  # What --fail-fast left out is counted, not listed.
  [[ ${RESULT_REASON[index]} != "$AFTER_FAILURE" ]] || return 0
  if [[ ${CHECK_LAYER[index]} != "$TEXT_LAYER" ]]; then
    TEXT_LAYER=${CHECK_LAYER[index]}
    printf '\n%s\n' "$TEXT_LAYER"
  fi
  case ${RESULT_STATUS[index]} in
    pass)
      text_line "$GREEN" '✓' "$index" "${CHECK_PROVES[index]}"
      [[ ${CHECK_KIND[index]} != drill ]] || printf '      observed  %s\n' "$(printable "${RESULT_OBSERVED[index]}")"
      ;;
    fail)
      text_line "$RED" '✗' "$index" "${CHECK_PROVES[index]}"
      text_failure "$index"
      ;;
    skip) text_line "$YELLOW" '–' "$index" "skipped: $(printable "${RESULT_REASON[index]}")" ;;
    manual) text_line '' '·' "$index" "${CHECK_PROVES[index]:+${CHECK_PROVES[index]}  }by people${CHECK_WHO[index]:+: ${CHECK_WHO[index]}}" ;;
  esac
}

text_line() {
  local color=$1 sign=$2 index=$3 note=$4
  if [[ -n $note ]]; then
    pad 48 "${CHECK_TITLE[index]}"
    printf '  %s%s%s %s  %s\n' "$color" "$sign" "$PLAIN" "$PADDED" "$note"
  else
    printf '  %s%s%s %s\n' "$color" "$sign" "$PLAIN" "${CHECK_TITLE[index]}"
  fi
}

text_failure() {
  local index=$1 advice=${CHECK_TRY[$1]}
  describe_expectation "$index"
  printf '      expected  %s\n' "$EXPECTATION"
  printf '      observed  %s\n' "$(printable "${RESULT_OBSERVED[index]:-nothing}")"
  if [[ -n ${RESULT_REASON[index]} && ${RESULT_REASON[index]} != "${RESULT_OBSERVED[index]}" ]]; then
    printf '      because   %s\n' "$(printable "${RESULT_REASON[index]}")"
  fi
  if [[ -n ${CHECK_RUNBOOK[index]} ]]; then
    advice="${advice:+$advice; }RUNBOOK.md#${CHECK_RUNBOOK[index]}"
  fi
  if [[ -n $advice ]]; then
    printf '      try       %s\n' "$advice"
  fi
}

report_text_drills_not_run() {
  local index drills=''
  writes_text || return 0
  for index in "${SELECTED[@]}"; do
    [[ ${RESULT_STATUS[index]} != not-run ]] || drills+="${drills:+, }${CHECK_NAME[index]#drill.}"
  done
  [[ -n $drills ]] || return 0
  [[ $TEXT_LAYER == resilience ]] || printf '\nresilience\n'
  TEXT_LAYER=resilience
  pad 48 "$drills"
  printf '  · %s  not run; --drill all --host %s\n' "$PADDED" "$(uname -n)"
}

report_text_summary() {
  writes_text || return 0
  printf '\n%s passed, %s failed, %s skipped' "$COUNT_PASS" "$COUNT_FAIL" "$COUNT_SKIP"
  if ((COUNT_NOT_RUN > 0)); then
    printf '; %s not run' "$(counted "$COUNT_NOT_RUN" drill)"
  fi
  if ((COUNT_MANUAL == 1)); then
    printf '; 1 statement needs people (TRACEABILITY.md#manual)'
  elif ((COUNT_MANUAL > 1)); then
    printf '; %s statements need people (TRACEABILITY.md#manual)' "$COUNT_MANUAL"
  fi
  printf '\n'
  if [[ $UNCHECKABLE == yes ]] && ((EUID != 0)) && [[ -z $OPTION_OUTSIDE_HOST ]]; then
    printf 'Some of this only root can see: sudo %s\n' "$0"
  fi
}

counted() {
  if (($1 == 1)); then
    printf '1 %s' "$2"
  else
    printf '%s %ss' "$1" "$2"
  fi
}

# The whole report once more, without colours, for --output.
report_text() {
  local index
  GREEN='' RED='' YELLOW='' PLAIN='' TEXT_LAYER=''
  report_text_head
  for index in "${SELECTED[@]}"; do
    report_text_item "$index"
  done
  report_text_drills_not_run
  report_text_summary
}
