# remember_rules RULE… writes down which rules this service asked for, for the other packages of ours on this host.
# requires: rules_of_other_services put_file

# Also when they are in effect already: another service of ours would take rules that nobody remembers for superfluous.
remember_rules() {
  local file=$FIREWALL_RULES_DIRECTORY/$SERVICE
  if (($# == 0)); then
    rm -f -- "$file"
    return 0
  fi
  if [[ -f $file && $(<"$file") == "$(printf '%s\n' "$@")" ]]; then return 0; fi
  install -d -m 0700 -- "$FIREWALL_RULES_DIRECTORY"
  printf '%s\n' "$@" | put_file 0600 root root "$file"
}
