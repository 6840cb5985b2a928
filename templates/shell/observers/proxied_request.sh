# proxied_request METHOD URL CURL-OPTIONS… asks as a client of the site would, but this host and no other, whatever its name resolves to.
# requires: http_request

proxied_request() {
  local method=$1 url=$2
  shift 2
  # Who has signed the certificate is another check's question.
  http_request "$method" "$url" --insecure --connect-to "::$(proxy_address):" "$@"
}

# The host that is asked, as part of an address.
proxy_address() {
  local host=${OPTION_OUTSIDE_HOST:-127.0.0.1}
  [[ $host != *:* ]] || host="[$host]"
  printf '%s\n' "$host"
}
