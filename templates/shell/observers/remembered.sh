# remembered NAME COMMAND…: prints what the command prints, complaints included, and asks it once a run only; without MEMORY (a directory) it asks each time.

# A validation looks at one moment, so what the manager said a second ago still counts. Whoever changes something runs without a memory.
remembered() {
  local file=${MEMORY-}/$1 status=0
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
