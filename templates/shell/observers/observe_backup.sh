# Observes the verified backups below a directory.
# requires: needs

# observe_backup DIRECTORY FIELD
#   count     how many there are
#   age       seconds since the newest was made
#   intact    yes, where every file of the newest has the checksum that its manifest gives
#   restored  seconds since one was last restored on trial, with success
#   copied    seconds since all were last copied off-site, and the newest compared there
observe_backup() {
  local directory=$1 field=$2 path newest='' problem
  local -i count=0
  needs root || return
  if [[ ! -d $directory || -L $directory ]]; then
    printf '%s is no directory\n' "$directory"
    return 1
  fi
  for path in "$directory"/[0-9]*T[0-9]*Z; do
    # What is not finished has no checksums yet.
    if [[ -s $path/SHA256SUMS ]]; then newest=$path count+=1; fi
  done
  if [[ $field == count ]]; then
    printf '%s\n' "$count"
    return 0
  fi
  if [[ -z $newest ]]; then
    printf 'there is no verified backup in %s\n' "$directory"
    return 1
  fi
  case $field in
    age) told_age "$(stat -c '%Y' -- "$newest/SHA256SUMS")" "$newest was made" ;;
    intact)
      if ! problem=$(cd -- "$newest" && sha256sum --check --strict --quiet -- SHA256SUMS 2>&1); then
        printf '%s is not what it was: %s\n' "$newest" "${problem%%$'\n'*}"
      elif ! grep -q '^[0-9a-f]*  files.tar.gz$' "$newest/SHA256SUMS"; then
        printf '%s holds no files\n' "$newest"
      else
        printf 'yes\n'
      fi
      ;;
    restored) told_ago "$directory/.last-restore-test" 'restore on trial' 'no backup was restored on trial yet' ;;
    copied) told_ago "$directory/.last-copy" 'copy off-site' 'no backup was copied off-site yet' ;;
    *)
      printf 'unknown field %s\n' "$field"
      return 2
      ;;
  esac
}

# told_ago STAMP WHAT NEVER: seconds since the last run of this kind noted that it ended well.
told_ago() {
  local word='' time=0
  if [[ -r $1 ]]; then read -r word time <"$1"; fi
  case $word in
    good) told_age "$time" "the last $2 was noted" ;;
    failed)
      printf 'the last %s failed\n' "$2"
      return 1
      ;;
    *)
      printf '%s\n' "$3"
      return 1
      ;;
  esac
}

# told_age TIME WHAT: what was done by a clock that was ahead would count as fresh until that time has come.
told_age() {
  if (($1 > EPOCHSECONDS)); then
    printf '%s at a time that lies in the future: %s\n' "$2" "$(date --utc --date="@$1" +%FT%TZ)"
    return 1
  fi
  printf '%s\n' "$((EPOCHSECONDS - $1))"
}
