# A configuration of logrotate's is one that it takes as it is written.
# requires: step report stop observe_rotation

# ensure_rotation_valid OWNER GROUP CONFIGURATION
ensure_rotation_valid() {
  local configuration=$3 answer
  if surveying; then return 0; fi
  if [[ ! -f $configuration ]]; then
    pending missing "log rotation $configuration" || fail "there is no $configuration"
    return 0
  fi
  answer=$(observe_rotation "$@") || true
  if [[ $answer == accepted ]]; then
    report_ok "logrotate accepts $configuration"
    return 0
  fi
  pending edited "logrotate does not accept $configuration: $answer" || fail "logrotate does not accept $configuration: $answer" "$configuration"
}
