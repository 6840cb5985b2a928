# Runs a command whose output matters only when it fails.

# run_logged COMMAND…: output goes to the run's own log; its end is shown when the command fails.
run_logged() {
  local log=$run_directory/commands.log output status=0
  printf '$ %s\n' "$*" >>"$log"
  output=$("$@" 2>&1 9>&-) || status=$?
  printf '%s\n[exit %s]\n' "$output" "$status" >>"$log"
  if ((status != 0)); then
    printf '%s\n' "$output" | tail -n 15 | sed 's/^/      | /'
  fi
  return "$status"
}
