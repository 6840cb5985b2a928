# observe_firewall_allowed PORT/PROTO [SOURCE] prints whether the kernel lets such a connection in: yes, no, "IPv4 only", "IPv6 only".
# requires: firewall_verdicts

observe_firewall_allowed() {
  local what=$1 source=${2:-anywhere} v4='' v6=''
  if [[ $source != *:* ]]; then
    v4=$(firewall_verdicts 4 allowed "$what" "$source") || {
      printf '%s\n' "$v4"
      return 2
    }
  fi
  if [[ $source == *:* || ($source == anywhere && $(has_ipv6 && printf yes) == yes) ]]; then
    v6=$(firewall_verdicts 6 allowed "$what" "$source") || {
      printf '%s\n' "$v6"
      return 2
    }
  fi
  case ${v4:-$v6}:${v6:-$v4} in
    yes:yes) printf 'yes\n' ;;
    yes:no) printf 'IPv4 only\n' ;;
    no:yes) printf 'IPv6 only\n' ;;
    *) printf 'no\n' ;;
  esac
}
