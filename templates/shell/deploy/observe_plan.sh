# --check and --dry-run: look, tell, change nothing.
# requires: step report remove_orphans

observe_plan() {
  printf '%s%s: %s of package %s on %s%s\n\n' "$bold" "$SERVICE" "$run_mode" "${package_hash:0:8}" "$(hostname)" "$plain"
  begin_moment
  walk_plan observe
  end_moment
  if [[ -z ${option[only]} ]]; then
    phase=observe
    remove_orphans
  fi
  if [[ $run_mode == check ]]; then
    printf '\n%s%s drifted, %s ok.%s\n' "$bold" "$count_pending" "$count_ok" "$plain"
    if ((count_pending > 0)); then exit 1; fi
  else
    printf '\n%s%s would change, %s ok.%s Nothing was written.\n' "$bold" "$count_pending" "$count_ok" "$plain"
  fi
}
