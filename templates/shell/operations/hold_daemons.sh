# New daemons are not started by their installation: what runs on this host is decided by the steps.

# What asks there is told not to start anything (invoke-rc.d(8)).
readonly DAEMON_GUARD=/usr/sbin/policy-rc.d

# Where somebody else has put one, it stays as it is.
hold_daemons() {
  if [[ -e $DAEMON_GUARD ]] && ! daemons_are_held; then return 0; fi
  printf '#!/bin/sh\n# specc: daemons are held while packages are installed\nexit 101\n' >"$DAEMON_GUARD.specc-new"
  chmod 0755 -- "$DAEMON_GUARD.specc-new"
  mv -T -- "$DAEMON_GUARD.specc-new" "$DAEMON_GUARD"
}

daemons_are_held() {
  grep -qs '^# specc: ' "$DAEMON_GUARD"
}

# Called at the begin of a run, too: one that was killed may have left it, and nothing that is updated would be restarted.
release_daemons() {
  if daemons_are_held; then rm -f -- "$DAEMON_GUARD"; fi
}
