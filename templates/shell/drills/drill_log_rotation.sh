# drill_log_rotation OWNER GROUP CONFIGURATION FILE LIMIT KEEP: a scratch log beside FILE grows over LIMIT (bytes; 0: its time comes) and must be rotated by the very configuration.
# requires: needs as_owner observe_file_field

# Everything in the logs' directory is done with the rights of its owner: root follows no link that was planted there.
drill_log_rotation() {
  local owner=$1 group=$2 configuration=$3 file=$4 limit=$5 keep=$6 available scratch status=0
  needs root || return
  if [[ ! -x /usr/sbin/logrotate || ! -r $configuration ]]; then
    printf 'logrotate or %s is missing\n' "$configuration"
    return 1
  fi
  # The scratch log has holes and takes no room, but a copy of it might.
  available=$(df --output=avail --block-size=1 -- "${file%/*}" | tail -n 1) || available=0
  if ((available < limit + 64 * 1024 * 1024)); then
    printf 'not enough room in %s to try it safely: %s MiB free\n' "${file%/*}" "$((available / 1024 / 1024))"
    return 2
  fi
  # What a drill left that was killed.
  as_owner "$owner" "$group" find "${file%/*}" -maxdepth 1 -name '.rotation-drill.*' -exec rm -rf {} + || true
  scratch=$(as_owner "$owner" "$group" mktemp --directory -- "${file%/*}/.rotation-drill.XXXXXX") || {
    printf 'no scratch directory can be made in %s\n' "${file%/*}"
    return 2
  }
  rotate_scratch_log "$owner" "$group" "$scratch" "$limit" "$keep" "$configuration" "$file" || status=$?
  as_owner "$owner" "$group" rm -rf -- "$scratch"
  return "$status"
}

# rotate_scratch_log OWNER GROUP SCRATCH LIMIT KEEP CONFIGURATION FILE
rotate_scratch_log() {
  local owner=$1 group=$2 scratch=$3 limit=$4 keep=$5 log=$3/scratch.log block opening="\"$7\" {" closing=$'\n}' mode size end before found
  block=$(<"$6")
  if [[ $block != *"$opening"* ]]; then
    printf '%s does not speak of %s\n' "$6" "$7"
    return 1
  fi
  # The very block of this file, for another file, and no other block.
  block=${block#*"$opening"}
  printf '"%s" {%s\n}\n' "$log" "${block%%"$closing"*}" | write_as "$owner" "$group" "$scratch/configuration"
  seq --format='first line %.0f' 1000 | write_as "$owner" "$group" "$log"
  mode=$(observe_file_field "$7" mode) || mode=0640
  as_owner "$owner" "$group" chmod "$mode" -- "$log"
  before=$(observe_file_field "$log" rights)
  remember_rotation "$owner" "$group" "$scratch" "$(date '+%Y-%-m-%-d-%-H:%-M:%-S')"
  rotate_scratch "$owner" "$group" "$scratch" || return
  if [[ -e $log.1 ]]; then
    printf 'a small log was rotated at once\n'
    return 1
  fi
  if ((limit > 0)); then
    as_owner "$owner" "$group" truncate --size="+$limit" -- "$log"
    seq --format='last line %.0f' 1000 | append_as "$owner" "$group" "$log"
  else
    remember_rotation "$owner" "$group" "$scratch" '2001-1-1-0:0:0'
  fi
  size=$(observe_file_field "$log" size)
  end=$(end_of_log "$owner" "$group" "$log")
  rotate_scratch "$owner" "$group" "$scratch" || return
  judge_rotation "$owner" "$group" "$log" "$size" "$end" "$before" || return
  rotate_often "$owner" "$group" "$scratch" "$keep" || return
  found=$(rotated_files "$scratch")
  if ((found != keep)); then
    printf 'after %s rotations %s rotated files are there, not %s\n' "$((keep + 3))" "$found" "$keep"
    return 1
  fi
  printf 'a log of %s bytes was rotated; nothing was lost, it is %s again, %s rotated files stay\n' "$size" "$before" "$found"
}

# judge_rotation OWNER GROUP LOG SIZE END RIGHTS: what the log was is in LOG.1, and LOG is empty with its old rights.
judge_rotation() {
  local owner=$1 group=$2 log=$3 size=$4 end=$5 before=$6 now
  if [[ ! -f $log.1 ]]; then
    printf 'a log of %s bytes was not rotated\n' "$size"
    return 1
  fi
  now=$(observe_file_field "$log.1" size)
  if [[ $now != "$size" || $(end_of_log "$owner" "$group" "$log.1") != "$end" ]]; then
    printf 'the rotated log is not what the log was: %s of %s bytes\n' "$now" "$size"
    return 1
  fi
  now=$(observe_file_field "$log" rights) || now='not there'
  if [[ $now != "$before" ]]; then
    printf 'after the rotation the log is %s, not %s\n' "$now" "$before"
    return 1
  fi
  now=$(observe_file_field "$log" size)
  if [[ $now != 0 ]]; then
    printf 'after the rotation the log still has %s bytes\n' "$now"
    return 1
  fi
}

# rotate_often OWNER GROUP SCRATCH KEEP: more often than KEEP files can hold.
rotate_often() {
  local owner=$1 group=$2 scratch=$3 keep=$4 round
  # The large one has served; as a small one it is compressed at once.
  as_owner "$owner" "$group" truncate --size=64 -- "$scratch/scratch.log.1"
  for ((round = 0; round < keep + 2; round++)); do
    append_as "$owner" "$group" "$scratch/scratch.log" <<<"round $round"
    rotate_scratch "$owner" "$group" "$scratch" --force || return
  done
}

rotated_files() {
  find "$1" -name 'scratch.log.*' | wc -l
}

# rotate_scratch OWNER GROUP SCRATCH [--force]
rotate_scratch() {
  local owner=$1 group=$2 scratch=$3 said
  said=$(as_owner "$owner" "$group" /usr/sbin/logrotate "${@:4}" --state "$scratch/state" "$scratch/configuration" 2>&1) || {
    printf 'logrotate failed: %s\n' "${said%%$'\n'*}"
    return 1
  }
}

# remember_rotation OWNER GROUP SCRATCH TIME: logrotate's memory of the last rotation.
remember_rotation() {
  printf 'logrotate state -- version 2\n"%s/scratch.log" %s\n' "$3" "$4" | write_as "$1" "$2" "$3/state"
}

end_of_log() {
  as_owner "$1" "$2" tail --bytes=65536 -- "$3" | sha256sum
}

write_as() {
  as_owner "$1" "$2" /bin/sh -c "cat >\"\$1\"" sh "$3"
}

append_as() {
  as_owner "$1" "$2" /bin/sh -c "cat >>\"\$1\"" sh "$3"
}
