# observe_rotated_held PATH prints the process that still has a rotated PATH open for writing, or "none".
# requires: needs

observe_rotated_held() {
  local path=$1 try found
  needs root || return
  # A batch that is just being copied, or compressed, is over in a moment.
  for try in 1 2 3 4 5; do
    ((try == 1)) || sleep 1
    found=$(writer_of_rotated "$path")
    if [[ -z $found ]]; then
      printf 'none\n'
      return
    fi
  done
  printf '%s\n' "$found"
}

# A rotated file may be gone already: the kernel then shows its name with " (deleted)".
writer_of_rotated() {
  local path=$1 descriptor file pid name
  while IFS=$'\t' read -r descriptor file; do
    # /proc/PID/fd/NUMBER; what is open for reading only (the last octal digit of its flags is 0) is somebody who looks.
    [[ ! $(sed -n 's/^flags:[[:space:]]*//p' "${descriptor/\/fd\//\/fdinfo\/}" 2>/dev/null) =~ 0$ ]] || continue
    pid=${descriptor%/fd/*}
    pid=${pid##*/}
    name=$(cat "/proc/$pid/comm" 2>/dev/null) || continue
    printf '%s (process %s) has %s open\n' "$name" "$pid" "$file"
    return
  done < <(find /proc/[0-9]*/fd \( -lname "$path.[0-9]*" -o -lname "$path (deleted)" \) -printf '%p\t%l\n' 2>/dev/null)
}
