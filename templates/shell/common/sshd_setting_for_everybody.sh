# Prints a setting of the SSH server's configuration as it holds for everybody who can log in, from anywhere.
# requires: effective_sshd_settings login_users

# sshd_setting_for_everybody NAME
# Prints one value, or all of them, joined by "; ", with their users, where a Match block makes them differ.
sshd_setting_for_everybody() {
  local name=${1,,} settings value result='' user users_listed address addresses
  local -A users_of=()
  local -a users
  # A setting that holds for root alone is not one that holds for everybody.
  if ! users_listed=$(login_users); then
    printf 'the accounts of this host cannot be listed\n'
    return 2
  fi
  mapfile -t users <<<"$users_listed"
  addresses=$(addresses_in_match_blocks)
  for user in root "${users[@]}"; do
    [[ -n $user ]] || continue
    for address in 192.0.2.1 $addresses; do
      if ! settings=$(effective_sshd_settings "$user" "$address"); then
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

# addresses_in_match_blocks prints an address for each one that a Match block names: 10.0.0.0 for 10.0.0.0/8, 10.0.0.1 for 10.0.0.*.
# One that is cut short (10.*) is no address and not asked about.
addresses_in_match_blocks() {
  local named word
  named=$(sed -En 's/^[[:space:]]*match[[:space:]].*address[[:space:]]+([0-9a-fA-F:.*\/,]+).*/\1/Ip' \
    /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null) || true
  named=${named//\*/1}
  for word in ${named//,/ }; do
    word=${word%%/*}
    if [[ $word =~ ^([0-9]+\.){3}[0-9]+$ || $word == *:* ]]; then
      printf '%s\n' "$word"
    fi
  done
}
