# A log file exists with its owner and mode; what it holds is left alone.
# requires: step report stop observe_file_field run_logged

# ensure_log_file MODE OWNER GROUP PATH
# Made by systemd-tmpfiles, as its directory is: below a directory that the service can write, it follows no planted link.
ensure_log_file() {
  local mode=$1 owner=$2 group=$3 path=$4 type actual line
  type=$(observe_file_field "$path" type) || type=absent
  if surveying; then
    if [[ $type != absent && $type != file ]]; then refuse "$path is in the way: it is a $type, not a file"; fi
    return 0
  fi
  if [[ $type == file ]]; then
    actual=$(observe_file_field "$path" rights)
    if [[ $actual == "$mode $owner:$group" ]]; then
      report_ok "log file $path"
      return 0
    fi
    if pending edited "log file $path is $actual, not $mode $owner:$group"; then return 0; fi
  else
    if pending missing "log file $path"; then return 0; fi
  fi
  printf -v line 'f "%s" %s %s %s' "${path//%/%%}" "$mode" "$owner" "$group"
  run_logged systemd-tmpfiles --create - <<<"$line" || true
  actual=$(observe_file_field "$path" rights) || actual='not there'
  if [[ $actual != "$mode $owner:$group" ]]; then
    fail "the log file $path is $actual, not $mode $owner:$group" "ls -la ${path%/*}; a file of another account there is not touched: give it to $owner:$group, or move it away"
  fi
  report_changed "log file $path ($mode $owner:$group)"
}
