# Makes the running SSH server read its settings again.

# Fails where it cannot. Started by a socket for each connection it reads them anyway: then there is nothing to do.
reload_sshd() {
  local unit
  for unit in ssh.service sshd.service; do
    if systemctl --quiet is-active -- "$unit"; then
      systemctl reload -- "$unit"
      return
    fi
  done
}
