# sshd_configuration_not_loaded succeeds, and says so, when a configuration file is younger than the running server.
# requires: unit_property

# A reload replaces the process image but keeps its start time, so the manager's record of the last reload is asked too.
sshd_configuration_not_loaded() {
  local unit stamp state exec_time now changed=0 time
  for unit in ssh.service sshd.service; do
    state=$(unit_property "$unit" ActiveState)
    if [[ $state == active ]]; then break; fi
  done
  # Socket activation starts a server for each connection: it always reads the current files.
  [[ $state == active ]] || return 1
  stamp=$(unit_property "$unit" StateChangeTimestamp)
  exec_time=$(date --date="$stamp" +%s 2>/dev/null) || return 1
  # A time that is still to come was given by another clock, before this one was set back, and says nothing.
  printf -v now '%(%s)T' -1
  for time in $(stat -c %Z -- /etc/ssh/sshd_config /etc/ssh/sshd_config.d /etc/ssh/sshd_config.d/*.conf 2>/dev/null); do
    if ((time > changed && time <= now)); then changed=$time; fi
  done
  if ((changed > exec_time)); then
    printf 'the configuration was changed after sshd last read it; reload the unit %s\n' "$unit"
    return 0
  fi
  return 1
}
