# served_chain HOST prints the certificates that are served under a name, the site's own first; where none is, it says so and returns 1.
# requires: needs proxied_request

served_chain() {
  local answer
  needs openssl timeout || return
  answer=$(tls_client "$1" -showcerts)
  if [[ $answer != *'-----BEGIN CERTIFICATE-----'* ]]; then
    printf 'no certificate is served on port 443\n'
    return 1
  fi
  sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' <<<"$answer"
}

# tls_client HOST OPTION…: what openssl tells of a connection to the site.
tls_client() {
  local host=$1
  shift
  timeout 10 openssl s_client -connect "$(proxy_address):443" -servername "$host" "$@" </dev/null 2>&1 || true
}
