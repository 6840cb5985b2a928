# observe_audit_rules KEY WHAT… prints "all" where the kernel has a rule with that key for each WHAT, else what it lacks.
# requires: needs

# WHAT is the path of a file or directory whose changes are recorded, or the word "commands".
observe_audit_rules() {
  local key=$1 rules what
  needs root auditctl || return
  shift
  rules=$(auditctl -l 2>&1) || {
    printf 'the kernel does not tell its audit rules: %s\n' "${rules%%$'\n'*}"
    return 2
  }
  for what in "$@"; do
    if ! audit_rule_is_loaded "$key" "$what" "$rules"; then
      printf 'no rule for %s\n' "$what"
      return
    fi
  done
  printf 'all\n'
}

# audit_rule_is_loaded KEY WHAT RULES. Versions of auditctl write a rule in more than one way; with its key each ends.
audit_rule_is_loaded() {
  local key=$1 what=$2 line
  while IFS= read -r line; do
    [[ $line == *" -k $key" || $line == *" -F key=$key" ]] || continue
    if [[ $what == commands ]]; then
      [[ $line != '-a always,exit'*' -S '*execve*' -F euid=0 '* ]] || return 0
    else
      [[ $line != "-w $what -p wa "* && $line != "-w $what/ -p wa "* ]] || return 0
      [[ $line != '-a always,exit'*" -F path=$what "*'perm=wa '* && $line != '-a always,exit'*" -F dir=$what "*'perm=wa '* ]] || return 0
    fi
  done <<<"$3"
  return 1
}
