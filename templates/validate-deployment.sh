#!/bin/bash -p
{{ explanation }}
set -Eeuo pipefail
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
umask 077

{{ constants }}

{{ functions }}

{{ checks }}

main() {
  parse_validation_arguments "$@"
  checks
  select_checks
  if [[ $OPTION_LIST == yes ]]; then
    list_checks
    exit
  fi
  prepare_validation
  report_text_head
  run_selected_checks
  finish_validation
}

# Read as a whole before it runs, so that a package that is replaced meanwhile does no harm; sourced, it only defines.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  main "$@"
  exit
fi
