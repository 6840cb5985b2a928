# report_tap prints the results in the Test Anything Protocol, version 13.
# requires: printable expectation_met

report_tap() {
  local index number=0 title
  printf 'TAP version 13\n1..%s\n' "${#SELECTED[@]}"
  for index in "${SELECTED[@]}"; do
    number=$((number + 1))
    # A number sign in a description would begin a directive.
    title="${CHECK_NAME[index]} - $(printable "${CHECK_TITLE[index]//#/}")${CHECK_PROVES[index]:+ (${CHECK_PROVES[index]})}"
    case ${RESULT_STATUS[index]} in
      pass) printf 'ok %s - %s\n' "$number" "$title" ;;
      fail)
        printf 'not ok %s - %s\n' "$number" "$title"
        describe_expectation "$index"
        printf '# expected: %s\n# observed: %s\n' "$EXPECTATION" "$(printable "${RESULT_OBSERVED[index]}")"
        ;;
      skip) printf 'ok %s - %s # SKIP %s\n' "$number" "$title" "$(printable "${RESULT_REASON[index]}")" ;;
      manual) printf 'ok %s - %s # SKIP by people %s\n' "$number" "$title" "${CHECK_WHO[index]}" ;;
      not-run) printf 'ok %s - %s # SKIP drill not run\n' "$number" "$title" ;;
    esac
  done
}
