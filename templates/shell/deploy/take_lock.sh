# One deployment at a time on a host, whatever its service.
# requires: stop

# How long the validations by the clock, which share the lock, are waited for: they end by themselves.
readonly VALIDATION_SECONDS=300

# The lock is a descriptor, not a file's existence: it is gone when its holder is. It lies where only root can write.
take_lock() {
  exec 9>>/run/specc-deploy.lock
  if flock --wait "${option[wait_lock]}" 9; then return 0; fi
  # Where it can be shared, no deployment has it.
  if flock --shared --nonblock 9 && flock --wait "$VALIDATION_SECONDS" 9; then return 0; fi
  printf 'deploy.sh: another deployment is running on this host; wait for it with --wait-lock 900\n' >&2
  exit 75
}

release_lock() {
  exec 9>&-
}
