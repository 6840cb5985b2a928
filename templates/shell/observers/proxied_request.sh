# proxied_request METHOD URL CURL-OPTIONS… asks as a client of the site would, but this host and no other, whatever its name resolves to.
# requires: http_request

proxied_request() {
  local method=$1 url=$2
  local -a from=()
  shift 2
  if [[ -z ${OPTION_OUTSIDE_HOST-} ]]; then from=(--interface "$(proxy_client)"); fi
  # Who has signed the certificate is another check's question.
  http_request "$method" "$url" --insecure --connect-to "::$(proxy_address):" "${from[@]}" "$@"
}

# An address to ask from that nobody has asked from before: sites count the requests of each. All of 127/8 is this host's.
proxy_client() {
  printf '127.%s.%s.%s\n' "$((RANDOM % 200 + 20))" "$((RANDOM % 250 + 1))" "$((RANDOM % 250 + 1))"
}

# The host that is asked, as part of an address.
proxy_address() {
  local host=${OPTION_OUTSIDE_HOST:-127.0.0.1}
  [[ $host != *:* ]] || host="[$host]"
  printf '%s\n' "$host"
}
