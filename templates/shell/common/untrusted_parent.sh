# Finds the directory on the way to a path through which somebody other than root could redirect it.

# untrusted_parent PATH
# Prints the first such directory or link, counted from the root, or "none". Root must not create, change or
# execute anything below one: its owner can put a link there at any time.
untrusted_parent() {
  local walked='' part index=0 rights owner target
  local -a parts way=(/)
  IFS=/ read -r -a parts <<<"${1%/*}"
  for part in "${parts[@]}"; do
    [[ -n $part ]] || continue
    walked+=/$part
    way+=("$walked")
    [[ -e $walked || -L $walked ]] || break
  done
  # One listing for the whole way: type and mode (a "+" after them: more rights than they show), links, owner.
  while read -r rights _ owner _; do
    if [[ $owner != 0 ]]; then
      break
    elif [[ $rights == l* ]]; then
      # A link of root's is as good as the directory that it leads to.
      target=$(readlink -f -- "${way[index]}") || break
      [[ $(untrusted_parent "$target/.") == none ]] || break
    elif [[ ${rights:5:1} == w || ${rights:8:1} == w || ${rights:10:1} == '+' ]]; then
      break
    fi
    index=$((index + 1))
  done < <(ls -ldnU -- "${way[@]}" 2>/dev/null)
  if [[ $index -ge ${#way[@]} || ! -e ${way[index]} && ! -L ${way[index]} ]]; then
    printf 'none\n'
  else
    printf '%s\n' "${way[index]}"
  fi
}
