# observe_certificate_days HOST prints for how many days the served certificate is still valid; a negative number where it is no longer.
# requires: served_chain

observe_certificate_days() {
  local chain end seconds
  chain=$(served_chain "$1") || {
    local status=$?
    printf '%s\n' "$chain"
    return "$status"
  }
  end=$(openssl x509 -noout -enddate <<<"$chain") || return 2
  seconds=$(($(date --date="${end#notAfter=}" +%s) - EPOCHSECONDS))
  # Rounded down, also below zero: a certificate that ended an hour ago has no day left, but less.
  printf '%s\n' "$((seconds < 0 ? (seconds - 86399) / 86400 : seconds / 86400))"
}
