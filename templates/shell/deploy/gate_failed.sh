# A service that does not become healthy: back to the last package with which it was.
# requires: stop report packages_kept

# gate_failed REASON: the service does not become healthy with this package.
gate_failed() {
  local reason=$1 good status=0
  printf '\n%snot healthy%s: %s\n' "$red" "$plain" "$reason"
  systemctl --no-pager --lines=10 --full status -- "$UNIT" 2>&1 | sed 's/^/      | /' || true
  if [[ ${option[restoring]} == yes || ${option[only]} ]] || ! good=$(good_package_before "${package_directory##*/}"); then
    fail "$reason" "journalctl -u $UNIT -n 50; RUNBOOK.md"
  fi
  printf '\nRestoring package %s, the last one that was healthy.\n\n' "${good:0:8}"
  failed_command=''
  /bin/bash -p "$STATE_DIRECTORY/packages/$good/deploy.sh" --run "${option[run]}" --restoring --force-platform || status=$?
  if ((status == 0 || status == 5)); then
    printf '\nThis package failed and was rolled back; %s is healthy again. Why it failed stands above.\n' "${good:0:8}"
    exit 4
  fi
  fail "$reason; restoring package ${good:0:8} failed too" "journalctl -u $UNIT -n 50"
}
