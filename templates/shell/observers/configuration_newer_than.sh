# configuration_newer_than SECONDS PATH…: prints the first file or directory, at or below the paths, that changed after that time (seconds since 1970).
# requires: unit_property

configuration_newer_than() {
  local started=$1 path newest
  shift
  for path in "$@"; do
    [[ -e $path ]] || continue
    # A directory's own time tells that a file in it was removed. Whole seconds: systemd's time stamps have no finer ones.
    newest=$(find -L "$path" -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1) || true
    if [[ -n $newest ]] && ((${newest%%.*} > started)); then
      printf '%s\n' "${newest#* }"
      return 0
    fi
  done
}

# unit_started UNIT prints when its main process started, in seconds since 1970.
unit_started() {
  local when
  when=$(unit_property "$1" ExecMainStartTimestamp) || when=''
  if [[ -z $when ]]; then
    printf '0\n'
    return
  fi
  date --date="$when" +%s
}
