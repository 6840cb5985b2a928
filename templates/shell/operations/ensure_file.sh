# A file of the package's rootfs/ is installed with its owner and mode.
# requires: step report stop risk ledger observe_file_field put_file

# ensure_file MODE OWNER GROUP PATH
ensure_file() {
  local mode=$1 owner=$2 group=$3 path=$4 wanted actual problem drift note=''
  manage file "$path"
  wanted=$(observe_file_field "$package_directory/rootfs$path" content-hash) || fail "the package lacks rootfs$path"
  actual=$(file_content_hash "$path")
  if surveying; then
    survey_file "$path" "$wanted" "$actual" "$owner"
    return 0
  fi
  if [[ $actual == "$wanted" ]]; then
    # The ledger may have been a step ahead when a run was cut short.
    if [[ $phase == apply ]] && ledger_knows file "$path"; then ledger_put file found "$wanted" "$path"; fi
    problem=$(observe_file_field "$path" rights)
    if [[ $problem == "$mode $owner:$group" ]]; then
      report_ok "$path"
      return 0
    fi
    drift=edited problem="it is $problem, not $mode $owner:$group"
  else
    drift=$(file_drift "$path" "$actual")
    problem=''
  fi
  if pending "$drift" "$path${problem:+: $problem}"; then return 0; fi
  if [[ $drift == edited && $actual != "$wanted" ]]; then
    keep_copy "$path" "$run_directory/edited"
    note="it was edited by hand; that text is kept in $run_directory/edited$path"
  elif [[ $drift == foreign ]]; then
    keep_copy "$path" "$STATE_DIRECTORY/originals"
    note="it was here before; that text is kept in $STATE_DIRECTORY/originals$path"
  fi
  if [[ $actual == absent ]]; then
    ledger_put file created "$wanted" "$path"
  else
    ledger_put file found "$wanted" "$path"
  fi
  put_file "$mode" "$owner" "$group" "$path" <"$package_directory/rootfs$path"
  report_changed "$path${problem:+ ($problem)}"
  if [[ $note ]]; then report_note "$note"; fi
}

survey_file() {
  local path=$1 wanted=$2 actual=$3 owner=$4
  if [[ $actual == other ]]; then refuse "$path is in the way: it is not a regular file"; fi
  if [[ $owner == root && $(untrusted_parent "$path") != none ]]; then
    refuse "root would write $path below $(untrusted_parent "$path"), which others can write"
  fi
  if [[ $actual != absent && $actual != "$wanted" ]] && ! ledger_knows file "$path"; then
    risk adopt "the file $path exists and was not made by this package (it would be kept in $STATE_DIRECTORY/originals)"
  fi
}

# The hash of a regular file, or absent, or other.
file_content_hash() {
  local hash=absent
  if [[ -e $1 || -L $1 ]]; then hash=$(observe_file_field "$1" content-hash 2>/dev/null) || hash=other; fi
  printf '%s' "$hash"
}

# Why a file's content is not the package's: missing, stale (an earlier package's), edited (by hand) or foreign (never ours).
file_drift() {
  local known
  known=$(ledger_hash file "$1")
  if [[ $2 == absent ]]; then
    printf 'missing'
  elif [[ -z $known ]]; then
    printf 'foreign'
  elif [[ $known == "$2" ]]; then
    printf 'stale'
  else
    printf 'edited'
  fi
}

# keep_copy PATH BELOW: keeps what is there now; an older copy is never overwritten.
keep_copy() {
  if [[ ! -e $2$1 ]]; then
    mkdir -p -- "$2${1%/*}"
    cp --preserve=mode,ownership,timestamps --no-dereference -- "$1" "$2$1.new"
    sync -- "$2$1.new"
    mv -T -- "$2$1.new" "$2$1"
  fi
}
