# report_json prints the results as JSON: the evidence that `specc trace --evidence` reads.
# requires: json_string expectation_met

report_json() {
  local index separator=''
  printf '{"service": '
  json_string "$SERVICE"
  json_member host "${OPTION_OUTSIDE_HOST:-$(uname -n)}"
  json_member package "$PACKAGE"
  printf ', "results": ['
  for index in "${SELECTED[@]}"; do
    # A drill that did not run has no result.
    [[ ${RESULT_STATUS[index]} != not-run ]] || continue
    printf '%s\n  ' "$separator"
    json_result "$index"
    separator=','
  done
  printf '\n], "summary": {"pass": %s, "fail": %s, "skip": %s, "manual": %s, "drills_not_run": %s}}\n' \
    "$COUNT_PASS" "$COUNT_FAIL" "$COUNT_SKIP" "$COUNT_MANUAL" "$COUNT_NOT_RUN"
}

json_result() {
  local index=$1
  local -a requirements
  read -ra requirements <<<"${CHECK_PROVES[index]}"
  describe_expectation "$index"
  printf '{"check": '
  json_string "${CHECK_NAME[index]}"
  json_member layer "${CHECK_LAYER[index]}"
  printf ', "requirements": '
  json_words "${requirements[@]}"
  json_member status "${RESULT_STATUS[index]}"
  json_member reason "${RESULT_REASON[index]}"
  json_member expected "$EXPECTATION"
  json_member observed "${RESULT_OBSERVED[index]:0:4096}"
  printf ', "duration_ms": %s' "${RESULT_MILLISECONDS[index]:-0}"
  json_member try "${CHECK_TRY[index]}"
  json_member runbook "${CHECK_RUNBOOK[index]}"
  printf '}'
}

json_member() {
  printf ', "%s": ' "$1"
  json_string "$2"
}
