# run_check INDEX runs one check or drill, and before it what it depends on; the result stands in the RESULT_… lists.
# requires: needs look_at_files observe_with_limit expectation_met

# RESULT_STATUS: pass, fail, skip, manual or not-run. UNCHECKABLE: something cannot be checked here, by this user.
declare -a RESULT_STATUS=() RESULT_REASON=() RESULT_OBSERVED=() RESULT_MILLISECONDS=()
STOPPED=no
readonly AFTER_FAILURE='stopped after the first failure'
UNCHECKABLE=no

run_check() {
  local index=$1 started=$EPOCHREALTIME
  [[ -z ${RESULT_STATUS[index]-} ]] || return 0
  # Set first, so that checks that wait for each other end here instead of going round for ever.
  set_result "$index" skip 'depends on itself'
  if [[ $STOPPED == yes ]]; then
    set_result "$index" skip "$AFTER_FAILURE"
  elif dependencies_hold "$index" && tools_are_there "$index"; then
    judge "$index"
  fi
  RESULT_MILLISECONDS[index]=$(((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}) / 1000))
}

set_result() {
  local index=$1
  RESULT_STATUS[index]=$2
  RESULT_REASON[index]=$3
  RESULT_OBSERVED[index]=${4-}
}

# A dependency that was not selected runs too, unreported: a check must not fail for a reason that another one names.
dependencies_hold() {
  local index=$1 name other
  local -a names
  # The reboot drill waits for the service itself; what it depends on is looked at after that.
  [[ $OPTION_AFTER_REBOOT == no || ${CHECK_KIND[index]} != drill ]] || return 0
  read -ra names <<<"${CHECK_AFTER[index]}"
  for name in "${names[@]}"; do
    [[ -v CHECK_INDEX[$name] ]] || continue
    other=${CHECK_INDEX[$name]}
    [[ -z $OPTION_OUTSIDE_HOST || -n ${CHECK_OUTSIDE[other]} ]] || continue
    run_check "$other"
    if [[ ${RESULT_STATUS[other]} != pass ]]; then
      set_result "$index" skip "not proven: ${CHECK_TITLE[other]} ($name)"
      return 1
    fi
  done
}

tools_are_there() {
  local index=$1 missing
  local -a needed
  [[ -n ${CHECK_NEEDS[index]} ]] || return 0
  read -ra needed <<<"${CHECK_NEEDS[index]}"
  # From outside nobody needs rights on this machine.
  if [[ $OPTION_OUTSIDE_HOST && ${needed[0]} == root ]]; then needed=("${needed[@]:1}"); fi
  if ! missing=$(needs "${needed[@]}"); then
    UNCHECKABLE=yes
    set_result "$index" skip "$missing"
    return 1
  fi
}

judge() {
  local index=$1
  local -a words=("${CHECK_WORDS[@]:CHECK_FIRST_WORD[index]:CHECK_WORD_COUNT[index]}")
  if [[ ${CHECK_KIND[index]} == drill ]]; then
    # A drill keeps its own time, and what was remembered before it is no longer so.
    MEMORY='' observe_with_limit 3600 "${words[@]}"
    rm -f -- "$MEMORY"*
    FILE_STATUS=()
  elif ! seen_already "${words[@]}"; then
    observe_with_limit "$OPTION_TIMEOUT" "${words[@]}"
  fi
  case $OBSERVATION in
    observed)
      if expectation_met "${CHECK_MATCHER[index]}" "${CHECK_EXPECTED[index]}" "$OBSERVED"; then
        set_result "$index" pass '' "$OBSERVED"
      else
        set_result "$index" fail "$MISMATCH" "$OBSERVED"
      fi
      ;;
    broken) set_result "$index" fail "$OBSERVED" "$OBSERVED" ;;
    uncheckable)
      UNCHECKABLE=yes
      set_result "$index" skip "$OBSERVED"
      ;;
  esac
}
