# observe_certificate_name HOST prints "yes" where the certificate served under a name is for that name, else for which names it is.
# requires: served_chain

observe_certificate_name() {
  local host=$1 chain answer
  chain=$(served_chain "$host") || {
    local status=$?
    printf '%s\n' "$chain"
    return "$status"
  }
  answer=$(openssl x509 -noout -checkhost "$host" <<<"$chain") || true
  if [[ $answer == *'does match certificate'* ]]; then
    printf 'yes\n'
    return
  fi
  answer=$(openssl x509 -noout -ext subjectAltName <<<"$chain" 2>/dev/null | tail -n +2 | tr -d '\n') || true
  answer=${answer#"${answer%%[![:space:]]*}"}
  printf 'it is for %s\n' "${answer:-no name}"
}
