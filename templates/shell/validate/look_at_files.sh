# look_at_files asks once for the status of all files that checks are about: a process for each takes longer than all the rest of a check.

# By path: "directory 0750 root:root". A path that is missing here is looked at when its turn comes.
declare -A FILE_STATUS=()

look_at_files() {
  local index first path status
  local -a paths=()
  for index in "${!CHECK_NAME[@]}"; do
    first=${CHECK_FIRST_WORD[index]}
    if [[ ${CHECK_WORDS[first]-} == observe_file_field ]]; then paths+=("${CHECK_WORDS[first + 1]}"); fi
  done
  ((${#paths[@]} > 0)) || return 0
  while IFS= read -r -d '' path && IFS= read -r -d '' status; do
    FILE_STATUS["$path"]=$status
  done < <(timeout "$OPTION_TIMEOUT" stat --printf '%n\0%F %04a %U:%G\0' -- "${paths[@]}" 2>/dev/null)
}

# seen_already OBSERVER ARGUMENTS… succeeds where that look has shown what this observer would print, as OBSERVED.
seen_already() {
  local status
  [[ $1 == observe_file_field ]] || return 1
  status=${FILE_STATUS["$2"]-}
  [[ -n $status ]] || return 1
  case $3 in
    type)
      case $status in
        'regular '*) OBSERVED='file' ;;
        'directory '*) OBSERVED='directory' ;;
        'symbolic link '*) OBSERVED='link' ;;
        *) OBSERVED='other' ;;
      esac
      ;;
    mode)
      status=${status% *}
      OBSERVED=${status##* }
      ;;
    owner) OBSERVED=${status##* } ;;
    *) return 1 ;;
  esac
  OBSERVATION=observed
}
