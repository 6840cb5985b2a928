# observe_journal_recent UNIT SECONDS [URL] prints how many entries the unit's own processes wrote in that time; asks URL first, so that a quiet service need not fail.
# requires: may_read_journal http_request

observe_journal_recent() {
  local unit=$1 seconds=$2 url=${3-} try entries
  local -a lines=()
  may_read_journal || return
  [[ -z $url ]] || http_request GET "$url" --output /dev/null >/dev/null || true
  # What a process has written a moment ago may still be on its way into the journal.
  for try in 1 2 3 4 5 6 7 8 9 10; do
    entries=$(journalctl --quiet --no-pager --output=cat --lines=1000 --since="-${seconds}s" "_SYSTEMD_UNIT=$unit") || {
      printf 'the journal cannot be read\n'
      return 2
    }
    [[ -z $entries && $try -lt 10 ]] || break
    sleep 0.2
  done
  [[ -z $entries ]] || mapfile -t lines <<<"$entries"
  printf '%s\n' "${#lines[@]}"
}
