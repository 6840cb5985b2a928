# Finds the directory on the way to a path through which somebody other than root could redirect it.

# untrusted_parent PATH
# Prints the first such directory or link, counted from the root, or "none". Root must not create, change or
# execute anything below one: its owner can put a link there at any time.
untrusted_parent() {
  local path=$1 walked='' part status
  local -a parts
  IFS=/ read -r -a parts <<<"${path%/*}"
  status=$(directory_trust /)
  for part in "${parts[@]}"; do
    [[ $status == trusted ]] || break
    [[ -n $part ]] || continue
    walked+=/$part
    [[ -e $walked || -L $walked ]] || break
    status=$(directory_trust "$walked")
  done
  if [[ $status == trusted ]]; then
    printf 'none\n'
  else
    printf '%s\n' "${walked:-/}"
  fi
}

# directory_trust PATH prints "trusted" when only root can change what PATH stands for.
directory_trust() {
  local path=$1 facts owner mode listing target
  facts=$(stat -c '%u %a' -- "$path") || return 0
  read -r owner mode <<<"$facts"
  if [[ -L $path ]]; then
    # A link of root's is as good as the directory that it leads to.
    target=$(readlink -f -- "$path") || return 0
    if [[ $owner == 0 && $(untrusted_parent "$target/.") == none ]]; then
      printf 'trusted\n'
    fi
    return 0
  fi
  listing=$(ls -ld -- "$path") || return 0
  if [[ $owner == 0 && ${listing:10:1} != '+' ]] && ((!(8#$mode & 8#022))); then
    printf 'trusted\n'
  fi
}
