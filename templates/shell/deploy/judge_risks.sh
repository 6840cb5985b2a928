# Decides whether the risks that preflight found are accepted.
# requires: stop report

declare -a risks=()

# Refuses unless every risk is accepted, now or, with the same words, in an earlier run.
judge_risks() {
  local entry name open=() accept=()
  for entry in "${risks[@]}"; do
    name=${entry%%$'\t'*}
    if risk_is_accepted "$name" "$entry"; then continue; fi
    open+=("$entry")
    if [[ " ${accept[*]} " != *" --accept $name "* ]]; then accept+=("--accept $name"); fi
  done
  ((${#open[@]} > 0)) || return 0
  printf '\nThis host has things that the deployment would touch and that are not ours:\n'
  for entry in "${open[@]}"; do
    printf '  %s%-16s%s %s\n' "$yellow" "${entry%%$'\t'*}" "$plain" "${entry#*$'\t'}"
  done
  refuse 'somebody has to decide that' "look at each of them; if all is well, add ${accept[*]}"
}

risk_is_accepted() {
  local name=$1 entry=$2 other
  for other in "${accepted_now[@]}"; do
    if [[ $other == "$name" ]]; then return 0; fi
  done
  [[ -r $STATE_DIRECTORY/accepted ]] && grep -Fxq -- "$entry" "$STATE_DIRECTORY/accepted"
}

# Remembers what was accepted, once the run may write.
remember_accepted_risks() {
  local entry
  for entry in "${risks[@]}"; do
    if [[ ! -r $STATE_DIRECTORY/accepted ]] || ! grep -Fxq -- "$entry" "$STATE_DIRECTORY/accepted"; then
      printf '%s\n' "$entry" >>"$STATE_DIRECTORY/accepted"
    fi
  done
}

# For --dry-run: the risks, and whether they would stop a deployment.
report_risks() {
  local entry
  for entry in "${risks[@]}"; do
    if risk_is_accepted "${entry%%$'\t'*}" "$entry"; then
      report_note "accepted: ${entry#*$'\t'}"
    else
      report_note "needs --accept ${entry%%$'\t'*}: ${entry#*$'\t'}"
    fi
  done
}
