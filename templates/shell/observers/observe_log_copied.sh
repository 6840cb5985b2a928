# observe_log_copied UNIT PATH [URL] prints "yes" where the last journal entry about the unit is in the file; asks URL first, so that there is a fresh one.
# requires: needs may_read_journal http_request

# An entry needs a second or two from the journal into the file, and right after a rotation it is in the file beside it.
observe_log_copied() {
  local unit=$1 path=$2 url=${3-} last try found
  may_read_journal || return
  if [[ ! -r $path ]]; then
    needs root || return
    printf '%s is not there\n' "$path"
    return 1
  fi
  [[ -z $url ]] || http_request GET "$url" --output /dev/null >/dev/null || true
  last=$(journalctl --quiet --unit="$unit" --lines=1 --all --utc --output=short-iso-precise) || {
    printf 'the journal cannot be read\n'
    return 2
  }
  # The first line of it is enough.
  last=${last%%$'\n'*}
  if [[ -z $last ]]; then
    printf 'the journal has no entry about %s\n' "$unit"
    return 2
  fi
  for try in 1 2 3 4 5 6 7 8 9 10; do
    : "$try"
    found=$(tail --quiet --bytes=8388608 -- "$path.1" "$path" 2>/dev/null | grep --text --count --fixed-strings --line-regexp -e "$last") || true
    if ((${found:-0} > 0)); then
      printf 'yes\n'
      return
    fi
    sleep 1
  done
  printf 'the entry of %s is not in %s\n' "${last%% *}" "$path"
}
