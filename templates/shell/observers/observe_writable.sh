# observe_writable UNIT USER PATH prints "yes" where USER can append to the file as the unit's process sees it, else why not; nothing is written.
# requires: needs main_pid

observe_writable() {
  local unit=$1 user=$2 path=$3 pid group complaint
  local -a within=()
  needs root setpriv || return
  group=$(id -g -- "$user" 2>/dev/null) || {
    printf 'there is no user %s\n' "$user"
    return 1
  }
  # The sandbox can show the service another file system than this one.
  if pid=$(main_pid "$unit"); then
    needs nsenter || return
    within=(nsenter --target "$pid" --mount --)
  fi
  if complaint=$("${within[@]}" setpriv --reuid="$user" --regid="$group" --init-groups --inh-caps=-all --no-new-privs -- \
    /bin/sh -c "[ -f \"\$1\" ] && exec 3>>\"\$1\"" sh "$path" 2>&1); then
    printf 'yes\n'
  else
    printf 'no: %s\n' "${complaint:-$path is not there, or no file}"
  fi
}
