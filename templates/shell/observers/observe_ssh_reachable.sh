# observe_ssh_reachable prints yes where the SSH server can be reached from outside on every port that it listens on, else the first that is not.
# requires: ssh_ports observe_reachable

observe_ssh_reachable() {
  local port answer
  for port in $(ssh_ports); do
    answer=$(observe_reachable "$port/tcp") || {
      local status=$?
      printf '%s\n' "$answer"
      return "$status"
    }
    if [[ $answer != open ]]; then
      printf '%s on port %s\n' "$answer" "$port"
      return 0
    fi
  done
  printf 'yes\n'
}
