# The SSH session that a process belongs to. The variable SSH_CONNECTION proves nothing (and sudo removes it): the processes do.

# Prints the SSH server's processes above this one, the nearest first, one a line.
ssh_session_processes() {
  local process=$$ name parent
  while ((process > 1)); do
    # Not $(<FILE): under errexit that ends the script where the process is gone, whatever stands behind it.
    IFS= read -r name 2>/dev/null <"/proc/$process/comm" || return 0
    parent=$(parent_process "$process") || return 0
    # The process whose parent is the manager is the listening server, not a session.
    if [[ ($name == sshd || $name == sshd-session) && $parent -gt 1 ]]; then printf '%s\n' "$process"; fi
    process=$parent
  done
}

parent_process() {
  local stat=''
  IFS= read -r -d '' stat 2>/dev/null <"/proc/$1/stat" || [[ $stat ]] || return 1
  # The name in parentheses may hold anything; what follows its end is regular: state, parent, …
  read -r _ stat _ <<<"${stat##*) }"
  printf '%s' "$stat"
}

# Prints when a process started, in clock ticks since boot.
process_start() {
  local stat=''
  local -a fields
  IFS= read -r -d '' stat 2>/dev/null <"/proc/$1/stat" || [[ $stat ]] || return 1
  read -r -a fields <<<"${stat##*) }"
  printf '%s' "${fields[19]}"
}
