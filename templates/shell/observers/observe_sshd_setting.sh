# Observes a setting of the SSH server as it takes effect for everybody who can log in.
# requires: sshd_configuration_not_loaded sshd_setting_for_everybody match_criteria

# observe_sshd_setting NAME
# Reports a broken observation when the running server has not read the configuration that is on disk.
observe_sshd_setting() {
  local stale beyond
  if ((EUID != 0)); then
    printf 'sshd shows its settings to root only\n'
    return 2
  fi
  if stale=$(sshd_configuration_not_loaded); then
    printf '%s\n' "$stale"
    return 1
  fi
  # For whom such a block holds is known only when somebody comes.
  if beyond=$(match_criteria) && beyond=$(grep -Evx 'user|group|address|localport|' <<<"$beyond" | sort -u | paste -sd ' '); then
    printf 'the SSH server has Match blocks by %s, which cannot be tried here\n' "$beyond"
    return 2
  fi
  sshd_setting_for_everybody "$1"
}
