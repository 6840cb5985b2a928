# A certificate of Let's Encrypt takes the place of the one that the host has signed, and is renewed.
# requires: step report stop risk ledger run_logged certificate_pair reload_nginx observe_timer observe_unit_enabled

# ensure_issued_certificate CERTIFICATE KEY WEBROOT NAME…
# Where the authority does not sign, for the name may not yet lead here, the self-signed one goes on being served: the service is
# not kept down for it, and the next run asks again.
ensure_issued_certificate() {
  local certificate=$1 key=$2 webroot=$3 live=/etc/letsencrypt/live/$SERVICE problem
  shift 3
  problem=$(issue_problem "$certificate" "$key" "$live" "$@")
  if surveying; then
    if [[ $problem && ! -e $live/fullchain.pem ]]; then
      risk lets-encrypt "a certificate for $* is requested from Let's Encrypt: that accepts its subscriber agreement, and makes the names public"
    fi
    return 0
  fi
  if [[ -z $problem ]]; then
    report_ok "certificate of Let's Encrypt for $*"
    return 0
  fi
  if pending missing "certificate of Let's Encrypt for $*: $problem"; then return 0; fi
  if ! issued_for "$live" "$@" && ! request_certificate "$webroot" "$@"; then
    report_note "Let's Encrypt has not signed for $*; the self-signed certificate stays, and the next run asks again"
    return 0
  fi
  ledger_put certificate created - "$key"
  ledger_put certificate created - "$certificate"
  link_certificate "$live/privkey.pem" "$key"
  link_certificate "$live/fullchain.pem" "$certificate"
  reload_nginx || fail 'nginx does not load the certificate' 'nginx -t; systemctl status nginx'
  systemctl --quiet enable --now -- certbot.timer
  report_changed "certificate of Let's Encrypt for $*"
}

# Why it is not served, or not renewed; nothing where it is.
issue_problem() {
  local certificate=$1 key=$2 live=$3 state
  shift 3
  if ! issued_for "$live" "$@"; then
    printf 'there is none'
  elif [[ $(readlink -- "$certificate") != "$live/fullchain.pem" || $(readlink -- "$key") != "$live/privkey.pem" ]]; then
    printf 'it is not the one that nginx reads'
  else
    state=$(observe_timer certbot.timer) || true
    if [[ $state == active ]]; then state=$(observe_unit_enabled certbot.timer) || true; fi
    if [[ $state != active && $state != enabled ]]; then printf 'certbot.timer is %s' "$state"; fi
  fi
}

# issued_for LIVE NAME…: there is one for all of these names.
issued_for() {
  local live=$1
  shift
  [[ -e $live/fullchain.pem && -e $live/privkey.pem && -z $(certificate_lacks "$live/fullchain.pem" "$@") ]]
}

request_certificate() {
  local webroot=$1 name
  local -a names=()
  shift
  for name in "$@"; do names+=(--domain "$name"); done
  run_logged certbot certonly --non-interactive --agree-tos --register-unsafely-without-email --webroot --webroot-path "$webroot" \
    --cert-name "$SERVICE" --expand "${names[@]}"
}

# The link is replaced in one step.
link_certificate() {
  ln -sfn -- "$1" "$2.specc-new"
  mv -T -- "$2.specc-new" "$2"
}
