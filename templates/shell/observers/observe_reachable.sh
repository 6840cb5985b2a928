# observe_reachable PORT/tcp prints open or closed, as seen from outside: from a network namespace, or from the workstation that this runs on.
# requires: probe_namespace attempt_connection filter_rules

observe_reachable() {
  local port=${1%/*} outcome
  if [[ $1 != */tcp ]]; then
    printf 'only a TCP port answers whether it is open\n'
    return 2
  fi
  if [[ -n ${OPTION_OUTSIDE_HOST-} ]]; then
    outcome=$(attempt_connection "$OPTION_OUTSIDE_HOST" "$port")
    [[ $outcome == open ]] || outcome=closed
    printf '%s\n' "$outcome"
    return
  fi
  open_probe_namespace || return
  if [[ $(probe_from_namespace 4 "$port") == open ]]; then
    printf 'open\n'
  elif has_ipv6 && [[ $(probe_from_namespace 6 "$port") == open ]]; then
    printf 'open (IPv6 only)\n'
  else
    printf 'closed\n'
  fi
}

probe_from_namespace() {
  local address=$PROBE_HOST_V4
  [[ $1 == 4 ]] || address=$PROBE_HOST_V6
  attempt_connection "$(host_address "$1" "$address")" "$2" nsenter --net="/run/netns/$PROBE_NAMESPACE"
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
