# Removes a file of ours, with no more rights than its place needs.
# requires: ledger untrusted_parent run_as

# is_unmodified KIND PATH: the content is what we left there.
is_unmodified() {
  local sum
  [[ -f $2 && ! -L $2 ]] || return 1
  sum=$(sha256sum <"$2") || return 1
  [[ ${sum%% *} == "$(ledger_hash "$1" "$2")" ]]
}

# remove_managed KIND PATH
# Below a directory that somebody else can write, it is removed with that somebody's rights: root would follow a planted link.
# What was there before our first deployment is put back.
remove_managed() {
  local kind=$1 path=$2 owner original=$STATE_DIRECTORY/originals$2
  if [[ $(untrusted_parent "$path") == none ]]; then
    if [[ -f $original && $(ledger_origin "$kind" "$path") == found ]]; then
      cp --preserve=mode,ownership,timestamps --no-dereference -- "$original" "$path.specc-new"
      mv -T -- "$path.specc-new" "$path"
    else
      rm -f -- "$path"
      # Only a directory that was made for it: others may be somebody's, and empty for the moment.
      if [[ $(ledger_origin parent "${path%/*}") == created ]]; then
        rmdir --ignore-fail-on-non-empty -- "${path%/*}" 2>/dev/null || true
      fi
    fi
  else
    owner=$(stat -c '%u %g' -- "${path%/*}") || return 0
    if [[ ${owner% *} == 0 ]]; then
      rm -f -- "$path"
    else
      run_as "${owner% *}" "${owner#* }" rm -f -- "$path"
    fi
  fi
  ledger_drop "$kind" "$path"
}
