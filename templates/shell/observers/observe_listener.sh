# observe_listener PORT PROTOCOL prints the addresses that listen on the port, sorted; "none" where nothing does.
# requires: needs listening_sockets

observe_listener() {
  local port=$1 protocol=$2 sockets addresses
  needs ss || return
  sockets=$(listening_sockets "$port" "$protocol") || {
    printf 'ss does not tell what listens on port %s/%s\n' "$port" "$protocol"
    return 2
  }
  addresses=$(cut -d ' ' -f 1 <<<"$sockets" | sort -u | paste -sd ' ')
  printf '%s\n' "${addresses:-none}"
}
