# ssh_ports prints the ports that sshd (or systemd's socket for it) listens on.
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
