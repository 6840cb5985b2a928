# observe_process_user UNIT prints who its processes run as, from the kernel: "user:group", several where they differ.
# requires: unit_processes

observe_process_user() {
  local pids pid
  pids=$(unit_processes "$1") || {
    printf '%s\n' "$pids"
    return 1
  }
  for pid in $pids; do
    process_identity "$pid"
  done | sort -u | paste -sd ' '
}

# A process may hold four identities (real, effective, saved, file system): each must be the one that is expected, or it can go back.
process_identity() {
  local pid=$1 key uids='' gids='' uid gid rest
  while read -r key uid gid rest; do
    case $key in
      Uid:) uids="$uid $gid $rest" ;;
      Gid:) gids="$uid $gid $rest" ;;
    esac
  done 2>/dev/null <"/proc/$pid/status" || return 0
  for uid in $(tr ' \t' '\n' <<<"$uids" | sort -u); do
    for gid in $(tr ' \t' '\n' <<<"$gids" | sort -u); do
      printf '%s:%s\n' "$(account_name passwd "$uid")" "$(account_name group "$gid")"
    done
  done
}

account_name() {
  local name
  name=$(getent "$1" "$2") || name=$2
  printf '%s\n' "${name%%:*}"
}
