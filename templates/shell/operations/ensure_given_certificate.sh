# The certificate that the operator brings is there, and can be served.
# requires: step report stop observe_file_field certificate_pair

# ensure_given_certificate CERTIFICATE KEY NAME…
# It is looked at before anything is changed: without it nginx would not start.
ensure_given_certificate() {
  local certificate=$1 problem
  problem=$(given_certificate_problem "$@")
  if surveying; then
    if [[ $problem ]]; then
      refuse "$problem" 'put the certificate with its chain, and its key, where the specification says, and run this again'
    fi
    return 0
  fi
  if [[ -z $problem ]]; then
    report_ok "certificate $certificate"
    return 0
  fi
  if pending missing "certificate: $problem"; then return 0; fi
  fail "$problem" "openssl x509 -text -noout -in $certificate"
}

given_certificate_problem() {
  local certificate=$1 key=$2 file problem mode
  shift 2
  for file in "$certificate" "$key"; do
    if [[ ! -f $file ]]; then
      printf 'there is no %s' "$file"
      return 0
    fi
  done
  # What is said of a link counts for what it leads to.
  mode=$(observe_file_field "$(readlink -f -- "$key")" mode)
  if [[ $mode != *0 ]]; then
    printf 'everybody on this host can read the key %s (mode %s)' "$key" "$mode"
    return 0
  fi
  # Installed a few steps later, where it is not there yet.
  command -v openssl >/dev/null || return 0
  problem=$(certificate_mismatch "$certificate" "$key")
  if [[ -z $problem ]] && ! openssl x509 -in "$certificate" -noout -checkend 0 >/dev/null; then
    problem="the certificate $certificate is no longer valid"
  fi
  if [[ -z $problem && $(certificate_lacks "$certificate" "$@") ]]; then
    problem="the certificate $certificate is not for $(certificate_lacks "$certificate" "$@")"
  fi
  printf '%s' "$problem"
}
