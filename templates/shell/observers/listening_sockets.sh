# listening_sockets PORT PROTOCOL: a line a socket, "ADDRESS PID NAME"; PID and NAME are "-" where only root could see them. Returns 2 where ss does not tell.

listening_sockets() {
  local port=$1 protocol=$2 family=-t state sockets local_address holders
  [[ $protocol != udp ]] || family=-u
  sockets=$(ss -H -n -l -p "$family" "sport = :$port") || return 2
  while read -r state _ _ local_address _ holders; do
    [[ -n $state ]] || continue
    # [::]:8000, 127.0.0.1%lo:8000 and *:8000 (both families) lose the port.
    local_address=${local_address%:*}
    if [[ $holders =~ \(\(\"(.*)\",pid=([0-9]+), ]]; then
      socket_holders "$local_address" "$holders"
    else
      printf '%s - -\n' "$local_address"
    fi
  done <<<"$sockets"
}

# users:(("uvicorn",pid=812,fd=6),("uvicorn",pid=813,fd=6)) → a line for each process.
socket_holders() {
  local address=$1 rest=$2
  while [[ $rest =~ \(\"([^\"]*)\",pid=([0-9]+),fd=[0-9]+\)(.*)$ ]]; do
    printf '%s %s %s\n' "$address" "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}"
    rest=${BASH_REMATCH[3]}
  done
}
