# other_logins prints who else is logged in, besides the session that this script runs in.

other_logins() {
  local own='' session line class state name found=''
  # sudo hides the session's variables, but not its control group.
  if [[ $(</proc/self/cgroup) =~ session-([^./]+)\.scope ]]; then
    own=${BASH_REMATCH[1]}
  fi
  while read -r session _; do
    [[ -n $session && $session != "$own" ]] || continue
    class='' state='' name=''
    while IFS= read -r line; do
      case $line in
        Class=*) class=${line#*=} ;;
        State=*) state=${line#*=} ;;
        Name=*) name=${line#*=} ;;
      esac
    done < <(loginctl show-session "$session" --property=Class,State,Name 2>/dev/null)
    if [[ $class == user && $state != closing ]]; then
      found+="${found:+, }$name (session $session)"
    fi
  done < <(loginctl list-sessions --no-legend 2>/dev/null)
  printf '%s\n' "$found"
}
