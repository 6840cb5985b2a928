# The journal runs with the settings that are on disk.
# requires: journald_outdated step report risk ledger remove_orphans

# ensure_journald_current
# Whether a restart is due is decided from what is observed: whether its configuration is younger than it, and, as that is told in
# whole seconds only, whether it is still what it was last restarted for.
ensure_journald_current() {
  local newer
  if surveying; then
    survey_journal
    return 0
  fi
  if [[ -z ${option[only]} ]]; then remove_orphans; fi
  newer=$(journald_outdated)
  if [[ -z $newer ]] && journald_settings_are_its_own; then
    report_ok 'the journal runs with its settings on disk'
    return 0
  fi
  if pending stale "the journal has not read its settings${newer:+ ($newer)}"; then return 0; fi
  systemctl restart systemd-journald.service
  mkdir -p -- "$STATE_DIRECTORY/stamps"
  printf '%s\n' "$(journald_settings_hash) $(journald_invocation)" >"$STATE_DIRECTORY/stamps/systemd-journald.service"
  report_changed 'the journal was restarted with its new settings'
}

# Says no only of the journal that this service's deployment started, and whose settings changed since.
journald_settings_are_its_own() {
  local hash='' invocation='' stamp=$STATE_DIRECTORY/stamps/systemd-journald.service
  if [[ -r $stamp ]]; then read -r hash invocation <"$stamp" || true; fi
  [[ $invocation != "$(journald_invocation)" || $hash == "$(journald_settings_hash)" ]]
}

journald_invocation() {
  systemctl show --property=InvocationID --value systemd-journald.service
}

journald_setting_files() {
  local file
  for file in /etc/systemd/journald.conf /etc/systemd/journald.conf.d/*.conf /run/systemd/journald.conf.d/*.conf \
    /usr/lib/systemd/journald.conf.d/*.conf; do
    if [[ -f $file ]]; then printf '%s\n' "$file"; fi
  done
}

journald_settings_hash() {
  local sum
  sum=$(journald_setting_files | xargs --no-run-if-empty -d '\n' sha256sum -- | sha256sum)
  printf '%s' "${sum%% *}"
}

# A smaller limit makes the journal drop what it has, of all services.
survey_journal() {
  local file limit used
  used=$(journalctl --disk-usage 2>/dev/null | grep -Eo '[0-9.]+[KMGT]?' | head -n 1) || true
  [[ $used ]] || return 0
  for file in "$package_directory"/rootfs/etc/systemd/journald.conf.d/*.conf; do
    [[ -f $file && ! -f ${file#"$package_directory/rootfs"} ]] || continue
    limit=$(sed -n 's/^SystemMaxUse=//p' "$file" | tail -n 1)
    [[ $limit ]] || continue
    if (($(bytes_of "$used") > $(bytes_of "$limit"))); then
      risk journal-vacuum "the journal holds $used; with SystemMaxUse=$limit its oldest entries, of all services, are dropped"
    fi
  done
}

# bytes_of 1.5G
bytes_of() {
  local number=${1%[KMGT]} exponent
  case $1 in
    *K) exponent=1 ;;
    *M) exponent=2 ;;
    *G) exponent=3 ;;
    *T) exponent=4 ;;
    *) exponent=0 ;;
  esac
  awk -v number="$number" -v exponent="$exponent" 'BEGIN { printf "%.0f", number * 1024 ^ exponent }'
}
