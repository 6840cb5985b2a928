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
  outcome=$(probe_from_namespace 4 "$port")
  if [[ $outcome == open ]]; then
    printf 'open\n'
    return
  fi
  if has_ipv6; then outcome+=" $(probe_from_namespace 6 "$port")"; fi
  case $outcome in
    *' open') printf 'open (IPv6 only)\n' ;;
    *lost*)
      printf 'something on this host takes the addresses of the link away from which it is looked at\n'
      return 2
      ;;
    *) printf 'closed\n' ;;
  esac
}

# What sets up all links of a host (systemd-networkd with a [Match] as wide as Type=ether) takes from this one, a moment after it
# is there, the addresses that it did not give itself. What is not answered then says nothing about the port.
probe_from_namespace() {
  local address=$PROBE_HOST_V4 outcome
  [[ $1 == 4 ]] || address=$PROBE_HOST_V6
  for _ in 1 2 3; do
    outcome=$(attempt_connection "$(host_address "$1" "$address")" "$2" nsenter --net="/run/netns/$PROBE_NAMESPACE")
    if [[ $outcome == open ]] || has_probe_address "$address"; then
      printf '%s\n' "$outcome"
      return
    fi
    # IPv6 may be switched off for new links alone: then there is nothing to ask over it.
    if ! give_probe_address "$1" && [[ $1 == 6 ]]; then
      printf 'none\n'
      return
    fi
  done
  printf 'lost\n'
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
