# needs NAME…: what an observation cannot do without: root, or a tool. Prints what is missing and returns 2 (cannot be checked here).

needs() {
  local name
  for name in "$@"; do
    if [[ $name == root ]]; then
      if ((EUID != 0)); then
        printf 'only root can see this\n'
        return 2
      fi
    elif ! command -v "$name" >/dev/null; then
      printf '%s is not installed\n' "$name"
      return 2
    fi
  done
}
