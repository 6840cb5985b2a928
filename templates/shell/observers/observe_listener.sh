# observe_listener PORT PROTOCOL prints the addresses that listen on the port, sorted; "none" where nothing does.
# requires: needs listening_sockets

observe_listener() {
  local port=$1 protocol=$2 addresses
  needs ss || return
  addresses=$(listening_sockets "$port" "$protocol" | cut -d ' ' -f 1 | sort -u | paste -sd ' ')
  printf '%s\n' "${addresses:-none}"
}
