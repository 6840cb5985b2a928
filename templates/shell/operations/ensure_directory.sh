# A directory exists with its owner and mode.
# requires: step report stop risk ledger observe_file_field run_logged

# ensure_directory MODE OWNER GROUP PATH
# Made by systemd-tmpfiles: it refuses to follow a link that an unprivileged account planted on the way, where chown would follow.
ensure_directory() {
  local mode=$1 owner=$2 group=$3 path=${4%/} type actual line
  manage directory "$path"
  type=$(observe_file_field "$path" type) || type=absent
  if surveying; then
    if [[ $type != absent && $type != directory ]]; then refuse "$path is in the way: it is a $type, not a directory"; fi
    if [[ $type == directory ]] && ! ledger_knows directory "$path" && [[ $(find "$path" -mindepth 1 -print -quit) ]]; then
      risk adopt "the directory $path exists, is not empty and was not made by this package"
    fi
    return 0
  fi
  if [[ $type == directory ]]; then
    actual=$(observe_file_field "$path" rights)
    if [[ $actual == "$mode $owner:$group" ]]; then
      report_ok "directory $path"
      return 0
    fi
    if pending edited "directory $path is $actual, not $mode $owner:$group"; then return 0; fi
    ledger_put directory found - "$path"
  else
    if pending missing "directory $path"; then return 0; fi
    ledger_put directory created - "$path"
  fi
  printf -v line 'd "%s" %s %s %s' "${path//%/%%}" "$mode" "$owner" "$group"
  run_logged systemd-tmpfiles --create - <<<"$line" || true
  actual=$(observe_file_field "$path" rights) || actual='not there'
  if [[ $actual != "$mode $owner:$group" ]]; then
    fail "the directory $path is $actual, not $mode $owner:$group" "$run_directory/commands.log; a link planted on the way?"
  fi
  report_changed "directory $path ($mode $owner:$group)"
}
