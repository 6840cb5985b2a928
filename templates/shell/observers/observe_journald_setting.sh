# observe_journald_setting KEY prints the value that journald runs with ("default" where none is set); fails where its configuration is newer than it.
# requires: configuration_newer_than journald_outdated remembered

observe_journald_setting() {
  local key=$1 configuration line value=default newer
  if [[ $(unit_started systemd-journald.service) == 0 ]]; then
    printf 'journald does not run\n'
    return 1
  fi
  newer=$(journald_outdated)
  if [[ -n $newer ]]; then
    printf 'journald was not restarted since %s changed\n' "$newer"
    return 1
  fi
  # The merged configuration, the drop-ins in their order of precedence: the last value counts.
  configuration=$(remembered journald-configuration systemd-analyze cat-config --no-pager systemd/journald.conf) || return
  while read -r line; do
    [[ ! $line =~ ^${key}[[:space:]]*=[[:space:]]*(.*)$ ]] || value=${BASH_REMATCH[1]:-default}
  done <<<"$configuration"
  printf '%s\n' "$value"
}
