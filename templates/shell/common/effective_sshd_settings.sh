# Prints the settings that the SSH server's configuration has for one user.
# requires: remembered ask_sshd

# effective_sshd_settings USER [ADDRESS [PORT]]: for a connection from that address, to that port.
# `sshd -T -C` evaluates Match blocks and the order of drop-ins; reading the files would not.
effective_sshd_settings() {
  local address=${2:-192.0.2.1} port=${3:-22}
  remembered "sshd-$1-$address-$port" ask_sshd -T -C "user=$1,host=client.example,addr=$address,laddr=192.0.2.2,lport=$port"
}
