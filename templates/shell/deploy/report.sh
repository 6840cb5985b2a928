# What a run tells the operator: a line for each thing that was looked at or changed, and the count at the end.

declare -i count_ok=0 count_changed=0 count_pending=0
bold='' green='' yellow='' red='' plain=''

use_colors() {
  if [[ ${option[color]} == yes || (${option[color]} == auto && -t 1 && -z ${NO_COLOR:-}) ]]; then
    bold=$'\e[1m' green=$'\e[32m' yellow=$'\e[33m' red=$'\e[31m' plain=$'\e[0m'
  fi
}

report_line() {
  local color=$1 word=$2 text=$3
  printf '      %s%-8s%s %s\n' "$color" "$word" "$plain" "$text"
}

report_ok() {
  count_ok+=1
  report_line "$green" ok "$1"
}

report_changed() {
  count_changed+=1
  report_line "$yellow" changed "$1"
}

report_note() {
  report_line '' note "$1"
}

# pending KIND TEXT
# In --check and --dry-run: reports what is not as asked, and succeeds, so that the caller stops after observing.
# KIND is edited (changed by hand), stale (left by another package), missing or foreign (not made by us).
pending() {
  [[ $phase == observe ]] || return 1
  count_pending+=1
  if [[ $run_mode == check ]]; then
    report_line "$red" "$1" "$2"
  else
    report_line "$yellow" would "change $2 ($1)"
  fi
}
