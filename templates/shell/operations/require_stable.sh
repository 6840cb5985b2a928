# Watches a unit for a while.
# requires: gate_failed

# require_stable UNIT SECONDS: active, the same process, no restart.
require_stable() {
  local unit=$1 seconds=$2 before after
  before=$(systemctl show --property=ActiveState,MainPID,NRestarts -- "$unit")
  sleep "$seconds"
  after=$(systemctl show --property=ActiveState,MainPID,NRestarts -- "$unit")
  if [[ $before != "$after" || $after != *ActiveState=active* ]]; then
    gate_failed "$unit does not stay up: ${after//$'\n'/, }"
  fi
}
