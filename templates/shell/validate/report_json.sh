# report_json prints the results as JSON: the evidence that `specc trace --evidence` reads.
# requires: json_string expectation_met

report_json() {
  local index separator=''
  printf '{"service": %s, "host": %s, "package": %s, "results": [' \
    "$(json_string "$SERVICE")" "$(json_string "${OPTION_OUTSIDE_HOST:-$(uname -n)}")" "$(json_string "$PACKAGE")"
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
  local index=$1 expected=''
  local -a requirements
  read -ra requirements <<<"${CHECK_PROVES[index]}"
  if [[ ${CHECK_KIND[index]} != manual ]]; then
    expected=$(describe_expectation "$index")
  fi
  printf '{"check": %s, "layer": %s, "requirements": %s, "status": %s, "reason": %s, ' \
    "$(json_string "${CHECK_NAME[index]}")" "$(json_string "${CHECK_LAYER[index]}")" "$(json_words "${requirements[@]}")" \
    "$(json_string "${RESULT_STATUS[index]}")" "$(json_string "${RESULT_REASON[index]}")"
  printf '"expected": %s, "observed": %s, "duration_ms": %s, "try": %s, "runbook": %s}' \
    "$(json_string "$expected")" "$(json_string "${RESULT_OBSERVED[index]:0:4096}")" "${RESULT_MILLISECONDS[index]:-0}" \
    "$(json_string "${CHECK_TRY[index]}")" "$(json_string "${CHECK_RUNBOOK[index]}")"
}
