# observe_certificate_trust HOST prints "yes" where the served certificates lead to an authority that this host trusts, else why not.
# requires: served_chain

observe_certificate_trust() {
  local chain answer
  chain=$(served_chain "$1") || {
    local status=$?
    printf '%s\n' "$chain"
    return "$status"
  }
  # What the server leaves out is not fetched from elsewhere: most clients do not do that either.
  answer=$(openssl verify -purpose sslserver -untrusted <(printf '%s\n' "$chain") <(printf '%s\n' "$chain") 2>&1) || true
  if [[ $answer == *': OK' ]]; then
    printf 'yes\n'
  else
    answer=$(grep -m 1 '^error ' <<<"$answer") || true
    printf '%s\n' "${answer:-it cannot be verified}"
  fi
}
