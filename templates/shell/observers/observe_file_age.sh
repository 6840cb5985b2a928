# observe_file_age PATH prints how many whole days ago its content was last changed.

observe_file_age() {
  local changed
  if ! changed=$(stat -c %Y -- "$1" 2>/dev/null); then
    printf '%s does not exist\n' "$1"
    return 1
  fi
  printf '%s\n' "$(((EPOCHSECONDS - changed) / 86400))"
}
