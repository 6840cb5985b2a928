# Runs a command with the rights of an unprivileged account and nothing else.

# run_as USER GROUP COMMAND…
run_as() {
  local user=$1 group=$2
  shift 2
  (cd / && exec setpriv --reuid="$user" --regid="$group" --clear-groups --no-new-privs --inh-caps=-all --reset-env -- "$@")
}
