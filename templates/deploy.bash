#!/bin/bash -p
# Makes this host what the specification says, and a second time changes nothing. Start with: deploy.sh --help
#
# How to review it: the plan stands at the end, one line an operation, each step with the requirements that it fulfils. Every
# operation looks first and changes only what is not as asked; --dry-run and --check stop after looking. What the operations do
# is between here and there, one function group each. Nothing is done before the last line, when the whole script has been read.

set -Eeuo pipefail
shopt -s inherit_errexit
# Nothing of the caller's surroundings decides what is run, created or understood here.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
unset BASH_ENV ENV CDPATH GLOBIGNORE MEMORY
IFS=$' \t\n'
umask 077

{{ constants }}
{{ functions }}
{{ plan }}
main "$@"
exit
