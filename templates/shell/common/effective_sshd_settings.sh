# Prints the settings that the SSH server's configuration has for one user.
# requires: remembered

# effective_sshd_settings USER [ADDRESS [PORT]]: for a connection from that address, to that port.
# `sshd -T -C` evaluates Match blocks and the order of drop-ins; reading the files would not.
effective_sshd_settings() {
  local address=${2:-192.0.2.1} port=${3:-22}
  local connection="user=$1,host=client.example,addr=$address,laddr=192.0.2.2,lport=$port"
  if [[ -d /run/sshd ]]; then
    remembered "sshd-$1-$address-$port" sshd -T -C "$connection"
  else
    # Where sshd is started by a socket its run-time directory may be absent: give it one that only it can see.
    remembered "sshd-$1-$address-$port" unshare --mount -- sh -c "mount -t tmpfs tmpfs /run && mkdir -m 0755 /run/sshd && exec sshd -T -C ${connection@Q}"
  fi
}
