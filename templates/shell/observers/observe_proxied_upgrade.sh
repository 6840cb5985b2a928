# observe_proxied_upgrade URL prints the status code with which a request for a WebSocket is answered; 101 opens one.
# requires: needs proxied_request

observe_proxied_upgrade() {
  local answer
  needs curl || return
  # A WebSocket that was opened stays open, so the request ends by its time limit, and that is no failure.
  answer=$(curl -q --silent --noproxy '*' --insecure --http1.1 --max-time 3 --connect-to "::$(proxy_address):" \
    --header 'Connection: Upgrade' --header 'Upgrade: websocket' --header 'Sec-WebSocket-Version: 13' \
    --header 'Sec-WebSocket-Key: c3BlY2MgY2hlY2tzIGl0IQ==' --output /dev/null --write-out '%{http_code}' -- "$1") || true
  if [[ ! $answer =~ ^[1-9][0-9]{2}$ ]]; then
    printf 'no answer from %s\n' "$1"
    return 1
  fi
  printf '%s\n' "$answer"
}
