# One deployment at a time on a host, whatever its service.
# requires: stop

# The lock is a descriptor, not a file's existence: it is gone when its holder is. It lies where only root can write.
take_lock() {
  exec 9>>/run/specc-deploy.lock
  if ! flock --wait "${option[wait_lock]}" 9; then
    printf 'deploy.sh: another deployment is running on this host; wait for it with --wait-lock 600\n' >&2
    exit 75
  fi
}

release_lock() {
  exec 9>&-
}
