# observe_reachable PORT/tcp prints open or closed, as seen from outside: from a network namespace, or from the workstation that this runs on.
# requires: probe_namespace filter_rules

observe_reachable() {
  local port=${1%/*} address v4 v6=closed
  if [[ $1 != */tcp ]]; then
    printf 'only a TCP port answers whether it is open\n'
    return 2
  fi
  if [[ -n ${OPTION_OUTSIDE_HOST-} ]]; then
    outside_port "$OPTION_OUTSIDE_HOST" "$port"
    return
  fi
  open_probe_namespace || return
  address=$(host_address 4 "$PROBE_HOST_V4")
  v4=$(probe_port "$address" "$port")
  if has_ipv6; then
    address=$(host_address 6 "$PROBE_HOST_V6")
    v6=$(probe_port "$address" "$port")
  fi
  case $v4:$v6 in
    open:*) printf 'open\n' ;;
    *:open) printf 'open (IPv6 only)\n' ;;
    *) printf 'closed\n' ;;
  esac
}

# host_address FAMILY OTHERWISE: the address under which the world knows this host; a service may be bound to it alone.
host_address() {
  local route='' beyond=192.0.2.1
  [[ $1 == 4 ]] || beyond=2001:db8::1
  route=$(ip -"$1" -oneline route get "$beyond" 2>/dev/null) || true
  if [[ $route =~ \ src\ ([^ ]+) ]]; then
    printf '%s\n' "${BASH_REMATCH[1]}"
  else
    printf '%s\n' "$2"
  fi
}

outside_port() {
  local status=0
  timeout 3 bash -s -- "$1" "$2" 2>/dev/null <<'PROBE' || status=$?
exec 3<>"/dev/tcp/$1/$2"
PROBE
  if ((status == 0)); then
    printf 'open\n'
  else
    printf 'closed\n'
  fi
}
