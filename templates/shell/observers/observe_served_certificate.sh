# observe_served_certificate HOST FILE prints "yes" where the certificate that is served is the one in the file, else until when the served one is valid.
# requires: served_chain

observe_served_certificate() {
  local chain served stored
  chain=$(served_chain "$1") || {
    local status=$?
    printf '%s\n' "$chain"
    return "$status"
  }
  stored=$(openssl x509 -in "$2" -noout -fingerprint -sha256 2>/dev/null) || {
    printf '%s is no certificate\n' "$2"
    return 1
  }
  served=$(openssl x509 -noout -fingerprint -sha256 <<<"$chain") || return 2
  if [[ $served == "$stored" ]]; then
    printf 'yes\n'
  else
    printf 'another one (%s)\n' "$(openssl x509 -noout -enddate <<<"$chain")"
  fi
}
