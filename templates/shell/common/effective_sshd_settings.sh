# Prints the settings that the SSH server's configuration has for one user.
# requires: remembered

# effective_sshd_settings USER
# `sshd -T -C` evaluates Match blocks and the order of drop-ins; reading the files would not.
effective_sshd_settings() {
  local connection="user=$1,host=client.example,addr=192.0.2.1,laddr=192.0.2.2,lport=22"
  if [[ -d /run/sshd ]]; then
    remembered "sshd-$1" sshd -T -C "$connection" 2>&1
  else
    # Where sshd is started by a socket its run-time directory may be absent: give it one that only it can see.
    remembered "sshd-$1" unshare --mount -- sh -c "mount -t tmpfs tmpfs /run && mkdir -m 0755 /run/sshd && exec sshd -T -C ${connection@Q}" 2>&1
  fi
}
