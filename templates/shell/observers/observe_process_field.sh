# observe_process_field UNIT FIELD prints what the kernel knows of its main process; FIELD: cwd exe command-line nofile no-new-privs groups capabilities seccomp.
# requires: main_pid

observe_process_field() {
  local unit=$1 field=$2 pid
  pid=$(main_pid "$unit") || {
    local status=$?
    printf '%s\n' "$pid"
    return "$status"
  }
  case $field in
    cwd | exe)
      # A directory that was replaced under a running process is shown with " (deleted)".
      if ! readlink "/proc/$pid/$field"; then
        printf 'only root can see this\n'
        return 2
      fi
      ;;
    command-line) tr '\0' ' ' <"/proc/$pid/cmdline" ;;
    nofile) sed -n 's/^Max open files *\([^ ]*\).*/\1/p' "/proc/$pid/limits" ;;
    no-new-privs) process_status "$pid" NoNewPrivs ;;
    groups) process_groups "$pid" ;;
    # All sets that the process has or could get back, as one hexadecimal mask: zero means none.
    capabilities) process_capabilities "$pid" ;;
    seccomp) process_status "$pid" Seccomp ;;
    *)
      printf 'unknown field: %s\n' "$field"
      return 2
      ;;
  esac
}

process_status() {
  sed -n "s/^${2}:[[:space:]]*//p" "/proc/$1/status"
}

# Its group and the supplementary ones, sorted; one without a name by its number.
process_groups() {
  local number entry names=''
  local -a numbers
  read -ra numbers <<<"$(process_status "$1" Gid | cut -f 2) $(process_status "$1" Groups)"
  for number in "${numbers[@]}"; do
    entry=$(getent group -- "$number") || entry=$number
    names+=${entry%%:*}$'\n'
  done
  printf '%s' "$names" | sort -u | paste -sd ' '
}

process_capabilities() {
  local name mask=0
  for name in CapInh CapPrm CapEff CapBnd CapAmb; do
    mask=$((mask | 16#$(process_status "$1" "$name")))
  done
  printf '%x\n' "$mask"
}
