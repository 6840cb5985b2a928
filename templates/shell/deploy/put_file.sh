# Writes a file in one step, with its final owner and mode from the first moment.
# requires: ledger stop untrusted_parent run_as

# put_file MODE OWNER GROUP PATH <CONTENT
# Readers see the old file or the new one, never a half of it.
put_file() {
  local mode=$1 owner=$2 group=$3 path=$4 new guard
  new=${path%/*}/.${path##*/}.specc-new
  guard=$(untrusted_parent "$path")
  if [[ $guard == none ]]; then
    if [[ ! -d ${path%/*} ]]; then
      ledger_put parent created - "${path%/*}"
      install -d -m 0755 -- "${path%/*}"
    fi
    install -m "$mode" -o "$owner" -g "$group" -- /dev/stdin "$new"
    sync -- "$new"
    mv -T -- "$new" "$path"
  elif [[ $owner == root ]]; then
    fail "root does not write $path: others can write $guard"
  else
    # Only with the rights of the account that owns the place: a link planted there leads no further than it could go itself.
    run_as "$owner" "$group" /bin/sh -c "umask 077 && cat >\"\$1\" && chmod \"\$2\" \"\$1\" && sync \"\$1\" && mv -T \"\$1\" \"\$3\"" sh "$new" "$mode" "$path"
  fi
}
