# observe_process_user UNIT prints who its processes run as, from the kernel: "user:group", several where they differ.
# requires: unit_processes

observe_process_user() {
  local pids pid pair result=''
  local -A identities=()
  pids=$(unit_processes "$1") || {
    local status=$?
    printf '%s\n' "$pids"
    return "$status"
  }
  for pid in $pids; do
    collect_identities "$pid"
  done
  if ((${#identities[@]} == 0)); then
    printf 'no process of %s runs\n' "$1"
    return 1
  fi
  for pair in "${!identities[@]}"; do
    result+="$(account_name passwd "${pair%:*}"):$(account_name group "${pair#*:}")"$'\n'
  done
  sort <<<"${result%$'\n'}" | paste -sd ' '
}

# A process has four identities (real, effective, saved, file system), and can return to each of them: all go into the caller's list.
collect_identities() {
  local key uid gid index
  local -a uids=() gids=()
  while read -r key uid; do
    case $key in
      Uid:) read -ra uids <<<"$uid" ;;
      Gid:) read -ra gids <<<"$uid" ;;
    esac
  done 2>/dev/null <"/proc/$1/status" || return 0
  # It ended while it was read.
  if ((${#uids[@]} != ${#gids[@]})); then return 0; fi
  for index in "${!uids[@]}"; do
    uid=${uids[index]} gid=${gids[index]}
    identities["$uid:$gid"]=yes
  done
}

account_name() {
  local name
  name=$(getent "$1" "$2") || name=$2
  printf '%s\n' "${name%%:*}"
}
