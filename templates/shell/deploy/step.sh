# Steps: the plan is walked several times, each time for another purpose (its phase).
# requires: report stop

#   count    how many steps there are; --list prints them
#   survey   what would suffer on this host, before anything is changed (preflight)
#   observe  what is not as asked (--check, --dry-run)
#   apply    make it so
phase=count
declare -i step_number=0 step_total=0 steps_selected=0
step_title=''

walk_plan() {
  phase=$1
  step_number=0
  plan
  step_title=''
}

surveying() {
  [[ $phase == survey ]]
}

# step TITLE REQUIREMENT…
# Opens a step. Fails where its operations are to be left out: while counting, and by --only.
step() {
  local title=$1
  shift
  step_number+=1
  case $phase in
    count)
      step_total=$step_number
      case $run_mode in
        list) printf '%2s  %-28s %-28s %s\n' "$step_number" "$(step_name "$title")" "$title" "$*" ;;
        help) printf '  %-20s %s\n' "$(step_name "$title")" "$(step_purpose "$title")" ;;
      esac
      if step_is_selected "$title"; then steps_selected+=1; fi
      return 1
      ;;
    survey)
      step_title=$title
      return 0
      ;;
  esac
  if ! step_is_selected "$title"; then return 1; fi
  step_title=$title
  printf '%s[%s/%s] %-25s%s %s\n' "$bold" "$step_number" "$step_total" "$title" "$plain" "$*"
}

step_is_selected() {
  local only=${option[only]}
  if [[ $only && $only != "$step_number" && $only != "$1" && $only != "$(step_name "$1")" ]]; then return 1; fi
}

# "Service unit" is service-unit on the command line.
step_name() {
  local name=${1,,}
  printf '%s' "${name//[^a-z0-9]/-}"
}
