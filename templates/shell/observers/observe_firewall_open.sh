# observe_firewall_open ALLOWED… prints the ports that the kernel lets in beyond "8000/tcp", "5432/tcp from 10.0.0.0/8", "ssh" (where sshd listens), and what other packages of ours asked for; "none".
# requires: firewall_verdicts ssh_ports rules_of_other_services

observe_firewall_open() {
  local word port open_v4='' open_v6=''
  local -a allowed=()
  for word in "$@"; do
    if [[ $word == ssh ]]; then
      for port in $(ssh_ports); do
        allowed+=("$port/tcp")
      done
    else
      allowed+=("$word")
    fi
  done
  while IFS= read -r word; do
    [[ -z $word ]] || allowed+=("$word")
  done <<<"$(rules_of_other_services)"
  open_v4=$(firewall_verdicts 4 open "${allowed[@]}") || {
    printf '%s\n' "$open_v4"
    return 2
  }
  if has_ipv6; then
    open_v6=$(firewall_verdicts 6 open "${allowed[@]}") || {
      printf '%s\n' "$open_v6"
      return 2
    }
  fi
  if [[ -n $open_v4 ]] && native_tables_drop 4; then
    printf 'native nftables rules decide here, which this check does not read\n'
    return 2
  fi
  if [[ -z $open_v4 && -z $open_v6 ]]; then
    printf 'none\n'
  elif [[ $open_v4 == "$open_v6" ]]; then
    printf '%s\n' "$open_v4"
  else
    printf '%s\n' "${open_v4:+IPv4: $open_v4}${open_v4:+${open_v6:+; }}${open_v6:+IPv6: $open_v6}"
  fi
}
