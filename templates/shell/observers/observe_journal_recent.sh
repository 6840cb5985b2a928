# observe_journal_recent UNIT SECONDS OTHERS [URL] prints how many entries the unit's own processes wrote in that time; asks URL first, so that a quiet service need not fail.
# OTHERS is "or-this-run" where, for want of such, those count which they wrote since the unit was started, and "no-others" where none do.
# requires: may_read_journal http_request unit_property

observe_journal_recent() {
  local unit=$1 seconds=$2 others=$3 url=${4-} try entries run
  local -a lines=()
  may_read_journal || return
  [[ -z $url ]] || http_request GET "$url" --output /dev/null >/dev/null || true
  # What a process has written a moment ago may still be on its way into the journal.
  for try in 1 2 3 4 5 6 7 8 9 10; do
    entries=$(own_entries "$unit" --since="-${seconds}s") || {
      printf 'the journal cannot be read\n'
      return 2
    }
    [[ -z $entries && $try -lt 10 ]] || break
    sleep 0.2
  done
  if [[ -z $entries && $others == or-this-run ]]; then
    # The manager's entries about the unit are none of it: they are there whatever becomes of its output.
    run=$(unit_property "$unit" InvocationID) || run=''
    [[ -z $run ]] || entries=$(own_entries "$unit" "_SYSTEMD_INVOCATION_ID=$run")
  fi
  [[ -z $entries ]] || mapfile -t lines <<<"$entries"
  printf '%s\n' "${#lines[@]}"
}

# own_entries UNIT JOURNALCTL-OPTIONS…
own_entries() {
  journalctl --quiet --no-pager --output=cat --lines=1000 "${@:2}" "_SYSTEMD_UNIT=$1"
}
