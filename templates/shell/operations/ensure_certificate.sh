# The site has a certificate: one that the host signs itself, until somebody puts another in its place.
# requires: step report stop ledger put_file run_logged observe_file_field certificate_pair

# Days for which the host signs, and before the end of which it signs anew.
readonly SELF_SIGNED_DAYS=3650 SELF_SIGNED_SPARE_DAYS=30

# ensure_certificate CERTIFICATE KEY NAME…
# A certificate that somebody else has signed is never replaced.
ensure_certificate() {
  local certificate=$1 key=$2 problem drift=stale
  shift 2
  manage certificate "$certificate"
  manage certificate "$key"
  if surveying; then return 0; fi
  problem=$(certificate_problem "$certificate" "$key" "$@")
  if [[ -z $problem ]]; then
    report_ok "certificate $certificate"
    return 0
  fi
  if [[ ! -e $certificate && ! -e $key ]]; then drift=missing; fi
  if pending "$drift" "certificate $certificate: $problem"; then return 0; fi
  if [[ -e $certificate ]] && ! certificate_is_self_signed "$certificate"; then
    fail "$certificate was not made by this host, and is not replaced: $problem" "openssl x509 -text -noout -in $certificate"
  fi
  sign_certificate "$certificate" "$key" "$@"
  report_changed "self-signed certificate $certificate ($problem)"
}

certificate_problem() {
  local certificate=$1 key=$2 problem value
  shift 2
  if [[ ! -e $certificate || ! -e $key ]]; then
    printf 'there is none'
    return 0
  fi
  problem=$(certificate_mismatch "$certificate" "$key")
  # What an authority has signed is looked at by the validation; here it is good as it is.
  if [[ -z $problem ]] && certificate_is_self_signed "$certificate"; then
    value=$(observe_file_field "$key" rights)
    if [[ $value != '0600 root:root' ]]; then
      problem="its key is $value, not 0600 root:root: others may have read it"
    elif ! openssl x509 -in "$certificate" -noout -checkend $((SELF_SIGNED_SPARE_DAYS * 86400)) >/dev/null; then
      problem="it ends within $SELF_SIGNED_SPARE_DAYS days"
    else
      value=$(certificate_lacks "$certificate" "$@")
      if [[ $value ]]; then problem="it is not for $value"; fi
    fi
  fi
  printf '%s' "$problem"
}

# sign_certificate CERTIFICATE KEY NAME…
sign_certificate() {
  local certificate=$1 key=$2 making name names=''
  shift 2
  for name in "$@"; do names+=${names:+,}DNS:$name; done
  making=$(mktemp -d "$run_directory/certificate.XXXXXXXX")
  cat >"$making/request" <<TEXT
[req]
distinguished_name = subject
x509_extensions = extensions
prompt = no

[subject]
commonName = $SERVICE

[extensions]
subjectAltName = ${names:-DNS:$(hostname),DNS:localhost,IP:127.0.0.1}
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
TEXT
  if ! run_logged openssl req -x509 -config "$making/request" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -sha256 -days "$SELF_SIGNED_DAYS" -keyout "$making/key" -out "$making/certificate"; then
    rm -rf -- "$making"
    fail 'openssl could not sign a certificate' "$run_directory/commands.log"
  fi
  ledger_put certificate created - "$key"
  ledger_put certificate created - "$certificate"
  put_file 0600 root root "$key" <"$making/key"
  put_file 0644 root root "$certificate" <"$making/certificate"
  rm -rf -- "$making"
}
