# configuration_newer_than SECONDS PATH…: prints the first file or directory, at or below the paths, that changed after that time (seconds since 1970).
# requires: unit_property

configuration_newer_than() {
  local started=$1
  shift
  (($# > 0)) || return 0
  # A directory's own time tells that a file in it was removed. Whole seconds: systemd's time stamps have no finer ones.
  find -L "$@" -newermt "@$((started + 1))" -print -quit 2>/dev/null || true
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
