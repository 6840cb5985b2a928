# select_checks decides which checks, drills and manual items this run is about (SELECTED), and lists them for --list.

readonly LAYERS='existence permissions service network security monitoring resources resilience'
# Indexes into the CHECK_… lists, in the order of the layers.
declare -a SELECTED=()

select_checks() {
  local layer index
  local -a layers
  refuse_unknown_names
  read -ra layers <<<"$LAYERS"
  for layer in "${layers[@]}"; do
    for index in "${!CHECK_NAME[@]}"; do
      if [[ ${CHECK_LAYER[index]} == "$layer" ]] && is_selected "$index"; then
        SELECTED+=("$index")
      fi
    done
  done
  if ((${#SELECTED[@]} == 0)); then
    printf '%s: nothing was selected, so nothing is proven\n' "$SERVICE" >&2
    exit 2
  fi
}

is_selected() {
  local index=$1
  [[ -z $OPTION_OUTSIDE_HOST || -n ${CHECK_OUTSIDE[index]} ]] || return 1
  drill_was_named "$index" && return 0
  is_one_of "${CHECK_LAYER[index]}" "${OPTION_LAYERS[@]}" || return 1
  is_one_of "${CHECK_NAME[index]}" "${OPTION_CHECKS[@]}" || is_one_of "${CHECK_NAME[index]%%.*}" "${OPTION_CHECKS[@]}" || return 1
  proves_one_of "$index" "${OPTION_REQUIREMENTS[@]}"
}

# A drill that was asked for by name runs whatever else was selected.
drill_was_named() {
  local index=$1 name
  [[ ${CHECK_KIND[index]} == drill ]] || return 1
  for name in "${OPTION_DRILLS[@]}"; do
    [[ $name == all || ${CHECK_NAME[index]} == "drill.$name" ]] && return 0
  done
  [[ $OPTION_AFTER_REBOOT == yes && ${CHECK_NAME[index]} == drill.reboot ]]
}

# is_one_of WORD CHOICES…: no choices means that everything is chosen.
is_one_of() {
  local word=$1 choice
  shift
  (($# > 0)) || return 0
  for choice in "$@"; do
    [[ $word != "$choice" ]] || return 0
  done
  return 1
}

proves_one_of() {
  local index=$1 requirement
  shift
  (($# > 0)) || return 0
  for requirement in "$@"; do
    [[ " ${CHECK_PROVES[index]} " != *" $requirement "* ]] || return 0
  done
  return 1
}

refuse_unknown_names() {
  local name
  for name in "${OPTION_CHECKS[@]}"; do
    [[ ${CHECK_INDEX[$name]+known} || " ${CHECK_NAME[*]%%.*} " == *" $name "* ]] || selection_error "no check is called $name"
  done
  for name in "${OPTION_DRILLS[@]}"; do
    [[ $name == all || -v CHECK_INDEX[drill.$name] ]] || selection_error "no drill is called $name"
  done
  for name in "${OPTION_REQUIREMENTS[@]}"; do
    # A blank would match from one check's list into the next one's.
    [[ $name != *' '* && " ${CHECK_PROVES[*]} " == *" $name "* ]] || selection_error "no check and no drill proves $name"
  done
}

selection_error() {
  printf '%s; --list shows which there are\n' "$1" >&2
  exit 2
}

list_checks() {
  local index
  for index in "${SELECTED[@]}"; do
    printf '%-12s %-34s %-24s %s\n' "${CHECK_LAYER[index]}" "${CHECK_NAME[index]}" "${CHECK_PROVES[index]:--}" "${CHECK_TITLE[index]}"
  done
}
