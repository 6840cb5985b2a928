# attempt_connection ADDRESS PORT [PREFIX…] prints open, refused, or filtered where no answer comes; PREFIX is a command that runs the attempt elsewhere.

# A Bash of its own makes the attempt; address and port are its arguments, never code. The time counts from when it has
# started, so that a busy machine is not taken for a closed port; and the kernel asks a second time after one second, which
# a new link, or one that loses packets, needs.
attempt_connection() {
  local address=$1 port=$2
  shift 2
  "$@" bash -s -- "$address" "$port" 2>/dev/null <<'ATTEMPT'
answer=refused
status=0
read -r -t 3 answer < <(exec 3<>"/dev/tcp/$1/$2" && echo open) || status=$?
kill "$!"
if ((status > 128)); then
  answer=filtered
fi
echo "${answer:-refused}"
ATTEMPT
}
