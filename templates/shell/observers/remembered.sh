# remembered NAME COMMAND…: prints what the command prints, complaints included, and asks it once only; without MEMORY (how the names of files begin that keep the answers) it asks each time.

# Who looks at one moment may count on what the manager said a second ago. Whoever changes something runs without a memory.
remembered() {
  local file=${MEMORY-}$1 status=0
  shift
  if [[ -z ${MEMORY-} ]]; then
    "$@" 2>&1
    return
  fi
  if [[ ! -e $file.status ]]; then
    "$@" >"$file" 2>&1 || status=$?
    printf '%s\n' "$status" >"$file.status"
  fi
  printf '%s\n' "$(<"$file")"
  read -r status <"$file.status"
  return "$status"
}
