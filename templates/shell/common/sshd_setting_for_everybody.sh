# Prints a setting of the SSH server's configuration as it holds for everybody who can log in, from anywhere.
# requires: effective_sshd_settings login_users match_criteria

# sshd_setting_for_everybody NAME
# Prints one value, or all of them, joined by "; ", with their users, where a Match block makes them differ.
sshd_setting_for_everybody() {
  local name=${1,,} settings value result='' user users_listed connection connections
  local -A users_of=()
  local -a users
  # A configuration that sshd does not take says nothing of Match blocks, either.
  if ! settings=$(effective_sshd_settings root); then
    printf '%s\n' "${settings%%$'\n'*}"
    return 1
  fi
  # A setting that holds for root alone is not one that holds for everybody.
  if ! users_listed=$(sshd_accounts); then
    printf 'the accounts of this host cannot be listed\n'
    return 2
  fi
  mapfile -t users <<<"$users_listed"
  if ! connections=$(connections_in_match_blocks); then
    printf 'the Match blocks of the SSH server cannot be read\n'
    return 2
  fi
  for user in "${users[@]}"; do
    for connection in $connections; do
      if ! settings=$(effective_sshd_settings "$user" "${connection%=*}" "${connection#*=}"); then
        printf '%s\n' "${settings%%$'\n'*}"
        return 1
      fi
      value='unknown'
      if [[ $'\n'$settings =~ $'\n'"$name "([^$'\n']*) ]]; then
        value=${BASH_REMATCH[1]}
      fi
      if [[ " ${users_of["$value"]:-} " != *" $user "* ]]; then
        users_of["$value"]+=${users_of["$value"]:+ }$user
      fi
    done
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

# sshd_accounts: root, and whoever has a shell, a password, or a Match block: without a shell one may still copy files and forward ports.
sshd_accounts() {
  local users entries user password named
  users=$(login_users) || return
  entries=$(getent shadow) || entries=''
  named=$(match_criteria user) || return
  {
    printf '%s\n' root "$users"
    while IFS=: read -r user password _; do
      if [[ $password != [\!*]* && $password != x ]]; then printf '%s\n' "$user"; fi
    done <<<"$entries"
    grep -v '[!*?]' <<<"$named" || true
  } | awk 'NF && !seen[$0]++'
}

# connections_in_match_blocks: ADDRESS=PORT of a client that no block names, and of those that blocks name: 10.0.0.0 for 10.0.0.0/8,
# 10.1.1.1 for 10.*.
connections_in_match_blocks() {
  local named word port ports
  local -a addresses=(192.0.2.1)
  named=$(match_criteria address) || return
  named=${named//\*/1}
  for word in $named; do
    word=${word%%/*} word=${word#!}
    while [[ $word =~ ^[0-9.]+$ && ! $word =~ ^([0-9]+\.){3}[0-9]+$ ]]; do word=${word%.}.1; done
    if [[ $word =~ ^[0-9.]+$ || $word == *:* ]]; then addresses+=("$word"); fi
  done
  ports=$(match_criteria localport) || return
  for port in 22 $ports; do
    if [[ $port =~ ^[0-9]+$ ]]; then printf "%s=$port\n" "${addresses[@]}"; fi
  done
}
