# Observes where a name leads.

# observe_dns_record NAME [ADDRESS]
# Prints yes where NAME resolves to ADDRESS and nothing else of its family; without ADDRESS, to an address of this host.
observe_dns_record() {
  local name=$1 wanted=${2-} found own address line
  # Not from /etc/hosts, in which a host may call itself anything.
  if ! found=$(getent --service=dns ahosts "$name") || [[ -z $found ]]; then
    printf '%s does not resolve\n' "$name"
    return 1
  fi
  found=$(while read -r address _; do printf '%s\n' "$address"; done <<<"$found" | sort -u)
  if [[ -z $wanted ]]; then
    own=$(public_addresses)
    if [[ -z $own ]]; then
      printf 'this host has no public address of its own, so that %s cannot be compared with it\n' "${found//$'\n'/ }"
      return 2
    fi
    while read -r line; do
      if [[ $'\n'$found$'\n' == *$'\n'"$line"$'\n'* ]]; then wanted=$line; fi
    done <<<"$own"
  fi
  if [[ $wanted && $(same_family "$wanted" <<<"$found") == "$wanted" ]]; then
    printf 'yes\n'
  else
    printf 'it leads to %s\n' "${found//$'\n'/ }"
  fi
}

# Those of this host that the world can reach.
public_addresses() {
  local address
  while read -r _ _ _ address _; do
    address=${address%%/*}
    case $address in
      10.* | 127.* | 169.254.* | 192.168.* | fc* | fd* | fe80:*) ;;
      *) if [[ ! $address =~ ^172\.(1[6-9]|2[0-9]|3[01])\. && ! $address =~ ^100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\. ]]; then printf '%s\n' "$address"; fi ;;
    esac
  done < <(ip -oneline address show scope global)
}

# same_family ADDRESS: of the addresses that it reads, those of the same family.
same_family() {
  local address
  while read -r address; do
    if [[ ($1 == *:* && $address == *:*) || ($1 != *:* && $address != *:*) ]]; then printf '%s\n' "$address"; fi
  done
}
