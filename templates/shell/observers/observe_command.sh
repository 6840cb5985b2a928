# observe_command USER SECONDS -- WORDS…: runs one command of the specification, without a shell, and prints what it prints.
# requires: needs

observe_command() {
  local user=$1 seconds=$2 status=0 group
  local -a as_user=()
  shift 3
  if [[ $user == root ]]; then
    needs root || return
  elif ((EUID == 0)); then
    needs setpriv || return
    group=$(id -g -- "$user" 2>/dev/null) || {
      printf 'there is no user %s\n' "$user"
      return 2
    }
    as_user=(setpriv --reuid="$user" --regid="$group" --clear-groups --inh-caps=-all --no-new-privs)
  fi
  needs "$1" || return
  # Nothing of the caller's environment: pagers, proxies and locales change what commands print.
  cd /
  env --ignore-environment PATH="$PATH" LC_ALL=C HOME=/nonexistent SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 \
    "${as_user[@]}" timeout --kill-after=2 "$seconds" "$@" || status=$?
  if ((status == 124 || status == 137)); then
    printf 'no end within %s s: %s\n' "$seconds" "$*"
    return 1
  fi
  # The exit status is judged where one is expected; a command that fails has still printed what is compared.
  if [[ -n ${SCRATCH-} ]]; then
    printf '%s\n' "$status" >"$SCRATCH/exit-status"
  fi
}
