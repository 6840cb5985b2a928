# Observes a setting of the SSH server as it takes effect for everybody who can log in.
# requires: unit_property effective_sshd_settings login_users

# observe_sshd_setting NAME
# Prints the value; values joined by "; " with their users when a Match block makes them differ.
# Reports a broken observation when the running server has not read the configuration that is on disk.
observe_sshd_setting() {
  local name=${1,,} settings value result='' user stale
  local -A users_of=()
  local -a users
  if ((EUID != 0)); then
    printf 'sshd shows its settings to root only\n'
    return 2
  fi
  if stale=$(sshd_configuration_not_loaded); then
    printf '%s\n' "$stale"
    return 1
  fi
  mapfile -t users <<<"$(login_users)"
  for user in root "${users[@]}"; do
    [[ -n $user ]] || continue
    if ! settings=$(effective_sshd_settings "$user"); then
      printf '%s\n' "${settings%%$'\n'*}"
      return 1
    fi
    value=$(awk -v name="$name" '$1 == name { $1 = ""; sub(/^ /, ""); print; exit }' <<<"$settings")
    if [[ " ${users_of[$value]:-} " != *" $user "* ]]; then
      users_of[$value]+=${users_of[$value]:+ }$user
    fi
  done
  if ((${#users_of[@]} == 1)); then
    printf '%s\n' "$value"
    return 0
  fi
  for value in "${!users_of[@]}"; do
    result+="${result:+; }$value (${users_of[$value]})"
  done
  printf '%s\n' "$result"
}

# sshd_configuration_not_loaded succeeds, and says so, when a configuration file is younger than the running server.
# A reload replaces the process image but keeps its start time, so the manager's record of the last reload is asked too.
sshd_configuration_not_loaded() {
  local unit stamp state exec_time changed=0 time
  for unit in ssh.service sshd.service; do
    state=$(unit_property "$unit" ActiveState)
    if [[ $state == active ]]; then break; fi
  done
  # Socket activation starts a server for each connection: it always reads the current files.
  [[ $state == active ]] || return 1
  stamp=$(unit_property "$unit" StateChangeTimestamp)
  exec_time=$(date --date="$stamp" +%s 2>/dev/null) || return 1
  for time in $(stat -c %Z -- /etc/ssh/sshd_config /etc/ssh/sshd_config.d /etc/ssh/sshd_config.d/*.conf 2>/dev/null); do
    if ((time > changed)); then changed=$time; fi
  done
  if ((changed > exec_time)); then
    printf 'the configuration was changed after sshd last read it; reload the unit %s\n' "$unit"
    return 0
  fi
  return 1
}
