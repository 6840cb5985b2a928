# observe_ssh_methods USER [PORT] prints the ways of logging in that the running sshd offers, sorted: "publickey".
# requires: needs ssh_ports

# Asked over the network, so that it is neither a file's claim nor the word of a configuration that was not loaded.
observe_ssh_methods() {
  local user=$1 port=${2-} host=${OPTION_OUTSIDE_HOST-} answer
  needs ssh || return
  if [[ -z $port && -n ${OPTION_OUTSIDE_HOST-} ]]; then
    # From a workstation nobody can ask where the server listens.
    port=22
  elif [[ -z $port ]]; then
    port=$(ssh_ports)
    port=${port%%$'\n'*}
  fi
  host=${host:-$(ssh_address "$port")}
  if answer=$(timeout 25 ssh -F none -p "$port" -l "$user" -o BatchMode=yes -o PreferredAuthentications=none \
    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=20 -o KexAlgorithms=^curve25519-sha256 -- "$host" true 2>&1 </dev/null); then
    printf 'none: %s needs no credentials at all\n' "$user"
  elif [[ $answer =~ Permission\ denied\ \(([a-z,-]+)\) ]]; then
    tr ',' '\n' <<<"${BASH_REMATCH[1]}" | sort | paste -sd ' '
  else
    answer=${answer//$'\r'/}
    printf 'sshd gave no answer on port %s: %s\n' "$port" "${answer##*$'\n'}"
    return 1
  fi
}
