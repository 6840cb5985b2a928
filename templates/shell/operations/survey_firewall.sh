# What on this host would suffer from the firewall's change.
# requires: step risk ufw_rules firewall_verdicts observe_firewall_policy port_holder ssh_ports

# survey_firewall only|also RULE…
survey_firewall() {
  local extent=$1 managers unit family redirected
  shift
  if managers=$(other_firewall_managers); then
    for unit in $managers; do
      risk other-firewall "$unit manages the firewall of this host, too; it would undo what ufw does"
    done
  else
    risk other-firewall 'systemd does not say whether something else manages the firewall of this host (systemctl list-units)'
  fi
  if command -v iptables >/dev/null && iptables -S INPUT 2>/dev/null | grep -- '^-A' | grep -Evq -- '-j (ufw6?-|f2b-)'; then
    risk other-firewall 'the chain INPUT holds rules that ufw did not make (iptables -S INPUT)'
  fi
  if [[ $extent == only ]]; then
    # Container engines publish ports this way; no rule of ufw closes them.
    for family in 4 6; do
      if ! redirected=$(firewall_verdicts "$family" redirected "$@"); then
        risk other-firewall "IPv$family: $redirected, so that what they let in cannot be told"
      elif [[ -n $redirected ]]; then
        risk other-firewall "IPv$family: $redirected stays open whatever ufw does (iptables-save -t nat)"
      fi
    done
  fi
  survey_listeners "$extent" "$@"
}

# Those that run, or would after a reboot. Each unit is a paragraph of the answer.
other_firewall_managers() {
  systemctl show --property=Id,ActiveState,UnitFileState -- \
    firewalld.service nftables.service netfilter-persistent.service shorewall.service |
    awk 'BEGIN { RS = "" }
      /ActiveState=active/ || /UnitFileState=enabled/ { for (i = 1; i <= NF; i++) if (sub(/^Id=/, "", $i)) print $i }'
}

# Programs that listen to the world now, and would not be reached any more.
survey_listeners() {
  local extent=$1 listening protocol local_address port holder policy rule covered
  shift
  if ! listening=$(ss --listening --tcp --udp --numeric --no-header 2>/dev/null); then
    risk close-listeners 'ss does not tell what listens on this host, and would not be reachable from outside any more'
    return 0
  fi
  policy=allow
  if command -v ufw >/dev/null; then policy=$(observe_firewall_policy) || policy=allow; fi
  if [[ $extent == also && $policy == deny ]]; then return 0; fi
  while read -r protocol _ _ _ local_address _; do
    port=${local_address##*:}
    case $local_address in
      127.* | '[::1]'* | *%lo:* | '') continue ;;
    esac
    # Answers to these come back by ufw's own rules: DHCP, multicast DNS.
    case $protocol/$port in
      udp/68 | udp/546 | udp/5353 | udp/*[!0-9]*) continue ;;
    esac
    covered=no
    for rule in "$@"; do
      if [[ ${rule%% from *} == "$port/$protocol" ]]; then covered=yes; fi
    done
    if [[ $protocol == tcp && " $(ssh_ports | paste -sd ' ') " == *" $port "* ]]; then covered=yes; fi
    if [[ $extent == also ]] && ufw_covers_port "$port/$protocol"; then covered=yes; fi
    if [[ $covered == yes ]] || { [[ $policy == deny ]] && ! ufw_covers_port "$port/$protocol"; }; then continue; fi
    holder=$(port_holder "$port" "$protocol")
    if [[ $holder == "$UNIT" ]]; then continue; fi
    risk close-listeners "$port/$protocol (${holder:-unknown}) would not be reachable from outside any more"
  done <<<"$listening"
}
