# ssh_ports prints the ports that sshd (or systemd's socket for it) listens on; ssh_address says where to meet it.
# requires: remembered

ssh_ports() {
  local sockets ports
  sockets=$(remembered ssh-sockets ss -H -n -l -t -p) || sockets=''
  ports=$(sed -n 's/.*[0-9]  *[^ ]*:\([0-9]*\)  *[^ ]*:\*  *users:((\"sshd\".*/\1/p' <<<"$sockets" | sort -un)
  if [[ -z $ports ]]; then
    # From Ubuntu 22.10 on the port belongs to ssh.socket.
    ports=$(systemctl show ssh.socket --property=Listen --value 2>/dev/null | sed -n 's/.*:\([0-9]*\) (Stream).*/\1/p' | sort -un)
  fi
  printf '%s\n' "${ports:-22}"
}

# ssh_address PORT prints where this host meets its own SSH server: loopback, unless that listens on other addresses only.
ssh_address() {
  local sockets addresses
  sockets=$(remembered ssh-sockets ss -H -n -l -t -p) || sockets=''
  addresses=$(awk -v "port=$1" '/"sshd"/ && $4 ~ ":" port "$" { sub(":" port "$", "", $4); gsub(/[][]|%.*/, "", $4); print $4 }' <<<"$sockets")
  case $'\n'$addresses$'\n' in
    $'\n\n' | *$'\n0.0.0.0\n'* | *$'\n*\n'* | *$'\n127.0.0.1\n'*) printf '127.0.0.1\n' ;;
    *$'\n::\n'* | *$'\n::1\n'*) printf '::1\n' ;;
    *) printf '%s\n' "${addresses%%$'\n'*}" ;;
  esac
}
