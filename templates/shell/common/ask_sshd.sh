# Has sshd tell how it is configured, without serving anybody.

# ask_sshd ARGUMENT…
# shellcheck disable=SC2317 # `remembered` calls it
ask_sshd() {
  if [[ -d /run/sshd ]]; then
    sshd "$@"
  else
    # Where sshd is started by a socket its run-time directory may be absent: give it one that only it can see.
    unshare --mount -- sh -c 'mount -t tmpfs tmpfs /run && mkdir -m 0755 /run/sshd && exec sshd "$@"' sh "$@"
  fi
}
