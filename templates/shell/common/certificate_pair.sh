# Looks at a certificate and its key.

# certificate_mismatch CERTIFICATE KEY: prints why the two files are no pair; nothing where they are one.
certificate_mismatch() {
  local public private
  public=$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null) || public=''
  private=$(openssl pkey -in "$2" -pubout 2>/dev/null) || private=''
  if [[ -z $public ]]; then
    printf '%s is no certificate' "$1"
  elif [[ -z $private ]]; then
    printf '%s is no key, or one with a password' "$2"
  elif [[ $public != "$private" ]]; then
    printf '%s does not belong to %s' "$2" "$1"
  fi
}

# certificate_lacks CERTIFICATE NAME…: prints the first name that it is not for.
certificate_lacks() {
  local certificate=$1 name answer
  shift
  for name in "$@"; do
    answer=$(openssl x509 -in "$certificate" -noout -checkhost "$name" 2>/dev/null) || true
    if [[ $answer != *'does match certificate'* ]]; then
      printf '%s' "$name"
      return 0
    fi
  done
}

# certificate_is_self_signed CERTIFICATE
certificate_is_self_signed() {
  local subject issuer
  subject=$(openssl x509 -in "$1" -noout -subject_hash 2>/dev/null) || return 1
  issuer=$(openssl x509 -in "$1" -noout -issuer_hash 2>/dev/null) || return 1
  [[ $subject == "$issuer" ]]
}
