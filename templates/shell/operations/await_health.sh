# The health gate: the service answers as the specification says, and goes on running.
# requires: step report stop ensure_service json_covers port_holder require_stable ssh_session gate_failed ticks_now

# await_health METHOD URL STATUS JSON TEXT SECONDS
# JSON is the subset that the answer must hold, TEXT a part of it; both may be empty. Nothing here sleeps longer than the service needs.
await_health() {
  local method=$1 url=$2 status=$3 json=$4 text=$5 seconds=$6 began now problem='' answer=''
  if surveying; then
    survey_port "$url"
    return 0
  fi
  if [[ $phase == observe ]]; then
    if is_answer_healthy "$method" "$url" "$status" "$json" "$text"; then
      report_ok "$method $url → $status"
    else
      pending missing "$method $url: $problem" || true
    fi
    return 0
  fi
  began=$(ticks_now)
  until is_answer_healthy "$method" "$url" "$status" "$json" "$text"; do
    now=$(ticks_now)
    if ((now - began > 100 * seconds)); then gate_failed "$method $url within $seconds s: $problem"; fi
    if [[ $(systemctl show --property=ActiveState --value -- "$UNIT") == failed ]]; then gate_failed "$UNIT gave up before it was healthy"; fi
    sleep 0.2
  done
  now=$(ticks_now)
  if ((${#unproven_stamps[@]} > 0)); then require_stable "$UNIT" 2; fi
  stamp_services
  answer=${answer:0:120}
  report_ok "healthy after $(seconds_of $((now - began))) s: $method $url → $status${answer:+ ${answer//[^[:print:]]/ }}"
}

# Asks once. Leaves what is wrong in `problem` and the body in `answer`, variables of the caller's.
is_answer_healthy() {
  local method=$1 url=$2 status=$3 json=$4 text=$5 observed
  local -a request=(--request "$method")
  if [[ $method == HEAD ]]; then request=(--head); fi
  problem=''
  if ! command -v curl >/dev/null; then
    problem='curl is not installed'
    return 1
  fi
  if ! answer=$(curl -q --silent --show-error --noproxy '*' --max-time 5 "${request[@]}" --write-out '\n%{http_code}' -- "$url" 2>&1); then
    problem=${answer%%$'\n'*}
    return 1
  fi
  observed=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  if [[ $observed != "$status" ]]; then
    problem="the answer is $observed, not $status"
  elif [[ $json ]] && ! json_covers "$answer" "$json"; then
    problem="the answer does not hold $json"
  elif [[ $text && $answer != *"$text"* ]]; then
    problem="the answer does not hold \"$text\""
  fi
  [[ -z $problem ]]
}

seconds_of() {
  printf '%s.%s' "$(($1 / 100))" "$(($1 % 100 / 10))"
}

# Another program on our port would make the service fail, or answer in its place.
survey_port() {
  local port holder
  if [[ ! $1 =~ ^https?://[^/]*:([0-9]+) ]]; then return 0; fi
  port=${BASH_REMATCH[1]}
  holder=$(port_holder "$port")
  if [[ $holder && $holder != "$UNIT" ]]; then refuse "port $port is taken by $holder" "stop it, or give the service another port"; fi
}
