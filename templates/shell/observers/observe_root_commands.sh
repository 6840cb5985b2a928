# observe_root_commands UNIT prints the commands of the unit that systemd runs as root although the unit has a user of its own, or "none".
# requires: remembered

observe_root_commands() {
  local unit=$1 properties line result=''
  properties=$(remembered "unit-$unit" systemctl show --all -- "$unit") || {
    printf 'the service manager does not answer: %s\n' "${properties%%$'\n'*}"
    return 2
  }
  while IFS= read -r line; do
    # ExecStartPreEx={ path=/bin/true ; argv[]=/bin/true ; flags=privileged ; … }: the prefixes "+" and "!" of the unit file.
    if [[ $line =~ ^Exec[A-Za-z]+Ex=.*' argv[]='(.*)' ; flags='[^\;]*(privileged|no-setuid) ]]; then
      result+="${result:+; }${BASH_REMATCH[1]}"
    elif [[ $line == PermissionsStartOnly=yes ]]; then
      result+="${result:+; }$line"
    fi
  done <<<"$properties"
  printf '%s\n' "${result:-none}"
}
