# Runs a command with the rights of the account that owns the place it works in.
# requires: run_as

# as_owner USER GROUP COMMAND…
# Root's own places are worked in by root; everybody else's by that account: then a planted link leads no further than its owner can go.
as_owner() {
  local user=$1 group=$2
  shift 2
  if [[ $user == root ]]; then
    "$@"
  else
    run_as "$user" "$group" "$@"
  fi
}
