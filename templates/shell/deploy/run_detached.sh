# Runs the deployment as a unit of the service manager's: a lost connection does not stop it half-way.
# requires: stop begin_moment ssh_session ledger judge_risks

# Starts the staged script in a unit of its own, shows its log as it grows, and ends with its exit code.
run_detached() {
  local run unit log
  local -a arguments=()
  run=$(date --utc +%Y%m%dT%H%M%SZ)-$$
  unit=specc-deploy-$SERVICE-$run
  log=$STATE_DIRECTORY/runs/$run/log
  detached_arguments
  install -d -m 0700 "$STATE_DIRECTORY/runs/$run"
  : >"$log"
  # With --app, what the package manages is known only now that it is staged: the run looks again.
  if [[ -z ${option[app]} ]]; then ledger_write_managed "$STATE_DIRECTORY/runs/$run/managed"; fi
  remember_accepted_risks
  trap - ERR EXIT
  drop_looks
  trap 'printf "\nThe deployment goes on without you. Follow it: tail -f %s\n" "$log"; exit 1' INT TERM HUP
  systemd-run --quiet --collect --unit="$unit" --service-type=exec --description="Deployment of $SERVICE" \
    --property=StandardOutput=append:"$log" --property=StandardError=append:"$log" \
    /bin/bash -p "$staged_package/deploy.sh" --run "$run" "${arguments[@]}"
  follow_run "$unit" "$STATE_DIRECTORY/runs/$run"
}

# Built anew from what was understood, so that nothing on the command line is read twice.
detached_arguments() {
  local name session
  for name in offline console force_platform; do
    if [[ ${option[$name]} == yes ]]; then arguments+=("--${name//_/-}"); fi
  done
  if [[ ${option[only]} ]]; then arguments+=(--only "${option[only]}"); fi
  for name in "${accepted_now[@]}"; do arguments+=(--accept "$name"); done
  # The unit has no SSH session above it any more; the one that it came from is handed on.
  session=$(ssh_session_processes)
  if [[ $session ]]; then arguments+=(--ssh-session "${session//$'\n'/,}"); fi
  if [[ $green ]]; then arguments+=(--color); else arguments+=(--no-color); fi
}

follow_run() {
  local unit=$1 directory=$2 line part='' ended=no state
  local -i quiet=0
  exec 8<"$directory/log"
  # A pipe that nobody writes to: reading it with a time limit waits without starting a process.
  exec 6<> <(:)
  while :; do
    # Looked at before reading: what was written up to the end is then read for certain.
    if [[ -e $directory/exit ]]; then ended=yes; fi
    while IFS= read -r line <&8; do
      printf '%s\n' "$part$line"
      part=''
      quiet=0
    done
    part+=$line
    if [[ $ended == yes ]]; then exit "$(<"$directory/exit")"; fi
    quiet+=1
    if ((quiet % 25 == 0)); then
      state=$(systemctl show --property=ActiveState --value -- "$unit") || state=unknown
      if [[ $state != activating && $state != active && $state != deactivating && ! -e $directory/exit ]]; then
        printf '\n%sfailed%s: the deployment was killed. Run it again; it continues where it stopped.\n' "$red" "$plain"
        exit 1
      fi
    fi
    read -r -t 0.2 -u 6 || true
  done
}
