# observe_firewall_policy prints what the kernel does with a port that no rule names: deny or allow; the worse of IPv4 and IPv6.
# requires: firewall_verdicts

observe_firewall_policy() {
  local family policy open=''
  for family in 4 6; do
    if [[ $family == 6 ]] && ! has_ipv6; then
      continue
    fi
    policy=$(firewall_verdicts "$family" policy) || {
      printf '%s\n' "$policy"
      return 2
    }
    if [[ $policy == allow ]] && ! native_tables_drop "$family"; then
      open+="${open:+ and }IPv$family"
    fi
  done
  if [[ $open == 'IPv4 and IPv6' ]]; then
    printf 'allow\n'
  else
    printf '%s\n' "${open:+allow (}${open:-deny}${open:+)}"
  fi
}
