# Observes a setting of the SSH server as it takes effect for everybody who can log in.
# requires: sshd_configuration_not_loaded sshd_setting_for_everybody

# observe_sshd_setting NAME
# Reports a broken observation when the running server has not read the configuration that is on disk.
observe_sshd_setting() {
  local stale
  if ((EUID != 0)); then
    printf 'sshd shows its settings to root only\n'
    return 2
  fi
  if stale=$(sshd_configuration_not_loaded); then
    printf '%s\n' "$stale"
    return 1
  fi
  sshd_setting_for_everybody "$1"
}
