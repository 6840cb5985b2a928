# The health gate: the service answers as the specification says, and goes on running.
# requires: step report stop ensure_service roll_back json_covers port_holder require_stable ssh_session

# await_health METHOD URL STATUS JSON TEXT SECONDS
# JSON is the subset that the answer must hold, TEXT a part of it; both may be empty. Nothing here sleeps longer than the service needs.
await_health() {
  local method=$1 url=$2 status=$3 json=$4 text=$5 seconds=$6 began now answer='' problem
  if surveying; then
    survey_port "$url"
    return 0
  fi
  if [[ $phase == observe ]]; then
    if problem=$(health_problem "$method" "$url" "$status" "$json" "$text"); then
      pending missing "$method $url: $problem" || true
    else
      report_ok "$method $url → $status"
    fi
    return 0
  fi
  began=$(ticks_now)
  while problem=$(health_problem "$method" "$url" "$status" "$json" "$text"); do
    now=$(ticks_now)
    if ((now - began > 100 * seconds)); then gate_failed "$method $url within $seconds s: $problem"; fi
    if [[ $(systemctl show --property=ActiveState --value -- "$UNIT") == failed ]]; then gate_failed "$UNIT gave up before it was healthy"; fi
    sleep 0.2
  done
  now=$(ticks_now)
  if ((${#unproven_stamps[@]} > 0)); then require_stable "$UNIT" 2; fi
  stamp_services
  answer=$(curl -q --silent --noproxy '*' --max-time 5 --request "$method" -- "$url" | head -c 120) || true
  report_ok "healthy after $(seconds_of $((now - began))) s: $method $url → $status${answer:+ ${answer//[^[:print:]]/ }}"
}

# Prints what is wrong with the answer and succeeds; fails when nothing is.
health_problem() {
  local method=$1 url=$2 status=$3 json=$4 text=$5 observed body
  if ! command -v curl >/dev/null; then
    printf 'curl is not installed'
    return 0
  fi
  body=$(curl -q --silent --show-error --noproxy '*' --max-time 5 --request "$method" --write-out '\n%{http_code}' -- "$url" 2>&1) || {
    printf '%s' "${body%%$'\n'*}"
    return 0
  }
  observed=${body##*$'\n'}
  if [[ $observed != "$status" ]]; then
    printf 'the answer is %s, not %s' "$observed" "$status"
  elif [[ $json ]] && ! json_covers "${body%$'\n'*}" "$json"; then
    printf 'the answer does not hold %s' "$json"
  elif [[ $text && ${body%$'\n'*} != *"$text"* ]]; then
    printf 'the answer does not hold "%s"' "$text"
  else
    return 1
  fi
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
