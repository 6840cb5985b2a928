# ufw's rules as it keeps them for the next start, and the ways to add and remove one.
# requires: report stop ssh_ports run_logged

# ufw_tuples [ours]
# Prints the rules for incoming connections, or those that we made, one a line, in ufw's own words:
#   ACTION PROTOCOL PORTS TO-ADDRESS FROM-PORTS FROM-ADDRESS [TO-APPLICATION FROM-APPLICATION] DIRECTION
ufw_tuples() {
  local mark=''
  if [[ ${1:-} == ours ]]; then mark=" comment=$(printf 'specc %s' "$SERVICE" | od -An -v -tx1 | tr -d ' \n')\$"; fi
  { sed -n 's/^### tuple ### //p' /etc/ufw/user.rules /etc/ufw/user6.rules 2>/dev/null || true; } |
    { grep -v '^route:' || true; } | { grep -- "$mark" || true; } | sed 's/ comment=[0-9a-f]*$//'
}

# ufw_has_rule RULE: there is a rule for exactly that port, protocol and source.
ufw_has_rule() {
  local port=${1%%/*} protocol=${1#*/} source=0.0.0.0/0 tuple
  if [[ $1 == *' from '* ]]; then source=${1##* from }; fi
  protocol=${protocol%% *}
  while read -r tuple; do
    case $tuple in
      "allow $protocol $port 0.0.0.0/0 any $source in" | "allow any $port 0.0.0.0/0 any $source in" | \
        "limit $protocol $port 0.0.0.0/0 any $source in" | "allow $protocol $port ::/0 any $source in" | \
        "allow $protocol $port 0.0.0.0/0 any $source "*" - in") return 0 ;;
    esac
  done <<<"$(ufw_tuples)"
  return 1
}

# ufw_has_ssh_rule PORT: a rule of its own lets somebody in there, from everywhere or, as the operator may have wanted, from
# some places only. Such a rule is kept as it is; without one, the port is opened.
ufw_has_ssh_rule() {
  local tuple
  while read -r tuple; do
    if is_ssh_rule "$tuple" "$1"; then return 0; fi
  done <<<"$(ufw_tuples)"
  return 1
}

# is_ssh_rule TUPLE PORT…
is_ssh_rule() {
  local action protocol ports port
  read -r action protocol ports _ <<<"$1"
  shift
  [[ ($action == allow* || $action == limit*) && $protocol != udp ]] || return 1
  for port in "$@"; do
    if [[ $ports == "$port" ]]; then return 0; fi
  done
  return 1
}

# ufw_covers_port PORT/PROTOCOL: some rule lets somebody in there.
ufw_covers_port() {
  local port=${1%/*} protocol=${1#*/} action its_protocol ports
  while read -r action its_protocol ports _; do
    if [[ ($action == allow* || $action == limit*) && ($its_protocol == any || $its_protocol == "$protocol") ]] &&
      port_in_list "$port" "$ports"; then
      return 0
    fi
  done <<<"$(ufw_tuples)"
  return 1
}

# port_in_list 22 "22,8000:8010"; "any" holds every port.
port_in_list() {
  local part
  local -a parts
  if [[ $2 == any ]]; then return 0; fi
  IFS=, read -r -a parts <<<"$2"
  for part in "${parts[@]}"; do
    if ((part % 65536 == $1)) 2>/dev/null; then return 0; fi
    if [[ $part == *:* ]] && (($1 >= ${part%:*} && $1 <= ${part#*:})); then return 0; fi
  done
  return 1
}

# unlisted_rules only|also RULE…
# Prints the rules that let somebody in and are neither in the given list nor for the SSH server; with "also", those of them that
# an earlier package of ours made.
unlisted_rules() {
  local tuple action protocol ports to from_ports from rule wanted
  local -a ssh
  local which=''
  if [[ $1 == also ]]; then which=ours; fi
  shift
  mapfile -t ssh < <(ssh_ports)
  while read -r tuple; do
    read -r action protocol ports to from_ports from _ <<<"$tuple"
    [[ $action == allow* || $action == limit* ]] || continue
    wanted=no
    for rule in "$@"; do
      if [[ $rule == "$ports/$protocol" && ($from == 0.0.0.0/0 || $from == ::/0) ]]; then wanted=yes; fi
      if [[ $rule == "$ports/$protocol from $from" ]]; then wanted=yes; fi
    done
    if is_ssh_rule "$tuple" "${ssh[@]}"; then wanted=yes; fi
    if [[ $wanted == no && $to && $from_ports ]]; then printf '%s\n' "$tuple"; fi
  done <<<"$(ufw_tuples "$which")"
}

# ufw_allow RULE
ufw_allow() {
  local what=${1%% from *} source=any
  if [[ $1 == *' from '* ]]; then source=${1##* from }; fi
  run_logged ufw allow proto "${what#*/}" from "$source" to any port "${what%/*}" comment "specc $SERVICE" ||
    fail "ufw did not take the rule $1" "$run_directory/commands.log"
  report_changed "allow $1"
}

# ufw_delete TUPLE
ufw_delete() {
  local action protocol ports to from_ports from application rest
  local -a words=()
  read -r action protocol ports to from_ports from application rest <<<"$1"
  words=("${action%%_*}")
  case "$application $rest" in
    *in_*) words+=('in' on "${1##*in_}") ;;
  esac
  if [[ $action == *_log-all ]]; then words+=(log-all); elif [[ $action == *_log ]]; then words+=(log); fi
  if [[ $application && $application != in* && $application != - ]]; then
    words+=(from "$(ufw_address "$from")" to "$(ufw_address "$to")" app "${application//%20/ }")
  else
    if [[ $protocol != any ]]; then words+=(proto "$protocol"); fi
    words+=(from "$(ufw_address "$from")")
    if [[ $from_ports != any ]]; then words+=(port "$from_ports"); fi
    words+=(to "$(ufw_address "$to")")
    if [[ $ports != any ]]; then words+=(port "$ports"); fi
  fi
  # The rule for IPv6 goes together with its twin for IPv4; asking for it again is no failure.
  if run_logged ufw --force delete "${words[@]}" && [[ $to != ::/0 ]]; then
    report_changed "removed: ${words[*]}"
  fi
}

ufw_address() {
  case $1 in
    0.0.0.0/0 | ::/0) printf 'any' ;;
    *) printf '%s' "$1" ;;
  esac
}
