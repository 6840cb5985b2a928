# filter_rules FAMILY prints the kernel's packet filter as iptables-save (4) or ip6tables-save (6) writes it; ufw's own files are not asked.
# requires: needs remembered

filter_rules() {
  local save=iptables-save rules
  [[ $1 == 4 ]] || save=ip6tables-save
  needs root || return
  if ! command -v "$save" >/dev/null; then
    # Without it neither ufw nor anybody else has set rules of this kind; what nft holds is asked separately.
    printf '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n'
    return
  fi
  # Rules that only nft can show are complained about between the others.
  if ! rules=$(remembered "$save" "$save") || [[ $rules == *'is incompatible, use'* ]]; then
    printf 'the packet filter holds rules that %s cannot show\n' "$save"
    return 2
  fi
  printf '%s\n' "${rules:-*filter}"
}

# Base chains of other nftables tables that drop by policy: such a chain closes what iptables leaves open.
native_tables_drop() {
  local family=$1 ruleset line table='' other=ip
  command -v nft >/dev/null || return 1
  [[ $family == 4 ]] || other=ip6
  ruleset=$(remembered nft-ruleset nft list ruleset) || return 1
  while IFS= read -r line; do
    if [[ $line == table\ * ]]; then
      table=$line
    fi
    if [[ $line == *'hook input'*'policy drop'* && ($table == "table inet "* || $table == "table $other "*) && $table != "table $other filter {" ]]; then
      return 0
    fi
  done <<<"$ruleset"
  return 1
}

# Where the kernel has no IPv6 address on any interface but the loopback, there is no second door.
has_ipv6() {
  [[ -r /proc/net/if_inet6 ]] && grep -qv ' lo$' /proc/net/if_inet6
}
