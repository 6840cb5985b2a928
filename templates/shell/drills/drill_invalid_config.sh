# drill_invalid_config UNIT PROGRAM NAME…: a clone of the unit's check gets a scratch environment file with a broken line; its start must fail. The service is not touched.
# requires: needs unit_property

drill_invalid_config() {
  local unit=$1 program=$2 before after name
  shift 2
  needs root systemd-run || return
  if [[ $(unit_property "$unit" ExecStartPreEx) != *"argv[]=$program "* ]]; then
    printf 'nothing was tried: %s does not check its environment before it starts\n' "$unit"
    return 1
  fi
  before=$(identity_of "$unit")
  for name in "$@"; do printf '%s=drill\n' "$name"; done >"$SCRATCH/environment"
  printf 'SPECC_DRILL=drill\n' >>"$SCRATCH/environment"
  # First the same without the broken line: a clone that never starts would prove nothing.
  if ! start_clone "$program" "$SCRATCH/environment" "$@"; then
    printf 'nothing was proven: a clone with a good environment file does not start: %s\n' "$CLONE_COMPLAINT"
    return 2
  fi
  printf 'export SPECC_DRILL="broken\n' >>"$SCRATCH/environment"
  if start_clone "$program" "$SCRATCH/environment" "$@"; then
    printf 'a clone started in spite of a broken line in its environment file\n'
    return 1
  fi
  after=$(identity_of "$unit")
  if [[ $before != "$after" ]]; then
    printf 'the running service was touched: %s → %s\n' "$before" "$after"
    return 1
  fi
  printf 'a broken environment file stopped the start of a clone; the service (PID %s) was not touched\n' "${before%% *}"
}

# The clone has the check and no program: it could not disturb the service even where the check fails. Root owns the scratch file.
# Each has a name of its own: one that the manager still holds from before would not start either, and prove nothing.
CLONE_COMPLAINT=''
declare -i CLONES=0
start_clone() {
  local program=$1 file=$2
  shift 2
  CLONES+=1
  CLONE_COMPLAINT=$(systemd-run --quiet --wait --collect --unit="specc-drill-$SERVICE-config-$CLONES" --property=Type=oneshot \
    --property="EnvironmentFile=$file" --property="ExecStartPre=+$program $file $*" /bin/true 2>&1)
}

# Its process, and how often it was restarted.
identity_of() {
  printf '%s %s\n' "$(systemctl show "$1" --property=MainPID --value)" "$(systemctl show "$1" --property=NRestarts --value)"
}
