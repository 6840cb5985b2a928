# open_probe_namespace makes a network namespace with one cable to this host: from there the host looks as it does to the world.
# requires: needs

# Loopback, and the host's own addresses seen from the host itself, connect even to ports that are closed to everybody else.
# Names and addresses follow from the PID of the script, so that two runs do not meet; 198.18.0.0/15 is kept free for measurements (RFC 2544).
readonly PROBE_NAMESPACE="specc-probe-$$"
readonly PROBE_LINK="spx$$"
readonly PROBE_NETWORK="198.18.$(($$ / 64 % 256))"
readonly PROBE_HOST_V4="$PROBE_NETWORK.$(($$ % 64 * 4 + 1))"
readonly PROBE_PEER_V4="$PROBE_NETWORK.$(($$ % 64 * 4 + 2))"
readonly PROBE_HOST_V6="fd5e:cc00::$(($$ % 10000)):1"
readonly PROBE_PEER_V6="fd5e:cc00::$(($$ % 10000)):2"

open_probe_namespace() {
  needs root ip nsenter || return
  [[ ! -e /run/netns/$PROBE_NAMESPACE ]] || return 0
  remove_abandoned_namespaces
  if ! ip netns add "$PROBE_NAMESPACE" 2>/dev/null || ! connect_probe_namespace; then
    close_probe_namespace
    printf 'this kernel gives no network namespace to probe from\n'
    return 2
  fi
}

# The ends have addresses of our own choice: one that the kernel made up would be replaced by udev a moment later
# (MACAddressPolicy=, systemd.link(5)), and what is sent to the old one is lost.
connect_probe_namespace() {
  ip -batch - <<COMMANDS 2>/dev/null || return 1
link add ${PROBE_LINK}h address 02:5e:cc:00:00:01 type veth peer name ${PROBE_LINK}p address 02:5e:cc:00:00:02 netns $PROBE_NAMESPACE
link set ${PROBE_LINK}h up
COMMANDS
  give_probe_address 4 || return 1
  # A host without IPv6 is probed over IPv4 alone.
  give_probe_address 6 || true
  ip -netns "$PROBE_NAMESPACE" -batch - <<COMMANDS 2>/dev/null || return 1
address add $PROBE_PEER_V4/30 dev ${PROBE_LINK}p
link set ${PROBE_LINK}p up
route add default via $PROBE_HOST_V4
COMMANDS
  if ip -netns "$PROBE_NAMESPACE" address add "$PROBE_PEER_V6/112" dev "${PROBE_LINK}p" nodad 2>/dev/null; then
    ip -netns "$PROBE_NAMESPACE" -6 route add default via "$PROBE_HOST_V6" 2>/dev/null || true
  fi
}

# nodad: the addresses are needed now, and nobody else can have them.
give_probe_address() {
  case $1 in
    4) ip address replace "$PROBE_HOST_V4/30" dev "${PROBE_LINK}h" ;;
    6) ip address replace "$PROBE_HOST_V6/112" dev "${PROBE_LINK}h" nodad ;;
  esac 2>/dev/null
}

has_probe_address() {
  [[ $(ip -oneline address show dev "${PROBE_LINK}h" to "$1" 2>/dev/null) ]]
}

# The cable goes with the namespace, but not at once.
close_probe_namespace() {
  [[ -e /run/netns/$PROBE_NAMESPACE ]] || return 0
  ip link delete "${PROBE_LINK}h" 2>/dev/null || true
  ip netns delete "$PROBE_NAMESPACE" 2>/dev/null || true
}

# What a run that was killed has left.
remove_abandoned_namespaces() {
  local path pid
  for path in /run/netns/specc-probe-*; do
    pid=${path##*-}
    if [[ -e $path && ! -d /proc/$pid ]]; then
      ip netns delete "${path##*/}" 2>/dev/null || true
    fi
  done
}
