# observe_validation UNIT SECONDS prints how the last validation by the clock ended, unless it was longer ago: success, running, or what is wrong.
# requires: needs unit_property

# A run that goes on is no failure: it could never end well if it found its own end missing.
observe_validation() {
  local unit=$1 oldest=$2 load state word='' package='' ended=0 current now
  needs root || return
  load=$(unit_property "$unit" LoadState) || {
    printf '%s\n' "$load"
    return 2
  }
  state=$(unit_property "$unit" ActiveState)
  if [[ -r $STATE_DIRECTORY/stamps/validation ]]; then
    read -r word package ended <"$STATE_DIRECTORY/stamps/validation" || true
  fi
  current=$(readlink -- "$STATE_DIRECTORY/current") || current=none
  printf -v now '%(%s)T' -1
  if [[ $load != loaded ]]; then
    printf '%s\n' "$load"
  elif [[ $state == activating ]]; then
    printf 'running\n'
  elif [[ $state == failed ]]; then
    printf 'it failed: %s (exit status %s)\n' "$(unit_property "$unit" Result)" "$(unit_property "$unit" ExecMainStatus)"
  elif [[ -z $word ]]; then
    printf 'never-ran\n'
  elif [[ $package != "${current##*/}" ]]; then
    printf 'it has not looked since this package was deployed\n'
  elif [[ $word != good ]]; then
    printf 'it found something, or could not look at everything\n'
  elif [[ ! $ended =~ ^[1-9][0-9]{0,11}$ ]]; then
    printf 'nobody knows when the last one ended\n'
  elif ((now - ended > oldest)); then
    printf 'the last one ended %s hours ago\n' "$(((now - ended) / 3600))"
  else
    printf 'success\n'
  fi
}
