# Prints a setting of the SSH server's configuration as it holds for everybody who can log in.
# requires: effective_sshd_settings login_users

# sshd_setting_for_everybody NAME
# Prints one value, or all of them, joined by "; ", with their users, where a Match block makes them differ.
sshd_setting_for_everybody() {
  local name=${1,,} settings value result='' user
  local -A users_of=()
  local -a users
  mapfile -t users <<<"$(login_users)"
  for user in root "${users[@]}"; do
    [[ -n $user ]] || continue
    if ! settings=$(effective_sshd_settings "$user"); then
      printf '%s\n' "${settings%%$'\n'*}"
      return 1
    fi
    value=$(awk -v name="$name" '$1 == name { $1 = ""; sub(/^ /, ""); print; exit }' <<<"$settings")
    users_of["${value:-unknown}"]+=${users_of["${value:-unknown}"]:+ }$user
  done
  if ((${#users_of[@]} == 1)); then
    printf '%s\n' "${!users_of[@]}"
    return 0
  fi
  for value in "${!users_of[@]}"; do
    result+="${result:+; }$value (${users_of["$value"]})"
  done
  printf '%s\n' "$result"
}
