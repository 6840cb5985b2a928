# The ledger: what this service's packages made on this host, what they found there, and the content they left.

# Each line: kind, origin (created, found or gone), hash or "-", path or name; tab-separated. Lines are only ever added while
# a run lasts, before the change that they tell of, and are on the disk then: neither a run that is killed nor a power cut leaves
# anything that is not known.
declare -A ledger=()
# Whether this run has seen to it that the last line is whole.
ledger_is_whole=no
# What this package's plan manages, filled by the survey; the rest of the ledger is left over from another package.
declare -A managed=()

ledger_read() {
  local kind origin hash name
  ledger=()
  [[ -r $STATE_DIRECTORY/ledger ]] || return 0
  while IFS=$'\t' read -r kind origin hash name; do
    if [[ $origin == gone ]]; then
      ledger["$kind $name"]=''
    elif [[ $name ]]; then
      ledger["$kind $name"]=$origin$'\t'$hash
    fi
  done <"$STATE_DIRECTORY/ledger"
}

# ledger_put KIND ORIGIN HASH NAME. The origin that was noted first stays.
ledger_put() {
  local kind=$1 origin=$2 hash=$3 name=$4
  if ledger_knows "$kind" "$name"; then origin=${ledger["$kind $name"]%%$'\t'*}; fi
  [[ ${ledger["$kind $name"]:-} != "$origin"$'\t'"$hash" ]] || return 0
  mend_ledger
  printf '%s\t%s\t%s\t%s\n' "$kind" "$origin" "$hash" "$name" >>"$STATE_DIRECTORY/ledger"
  # There may be thousands of them, which are synced together.
  if [[ $kind != application ]]; then sync_ledger; fi
  ledger["$kind $name"]=$origin$'\t'$hash
}

sync_ledger() {
  sync -- "$STATE_DIRECTORY/ledger"
}

# A line that a full disk has cut off must not swallow the next one.
mend_ledger() {
  if [[ $ledger_is_whole == no && -s $STATE_DIRECTORY/ledger && $(tail -c 1 -- "$STATE_DIRECTORY/ledger") ]]; then
    printf '\n' >>"$STATE_DIRECTORY/ledger"
  fi
  ledger_is_whole=yes
}

ledger_drop() {
  mend_ledger
  printf '%s\tgone\t-\t%s\n' "$1" "$2" >>"$STATE_DIRECTORY/ledger"
  ledger["$1 $2"]=''
}

ledger_knows() {
  [[ ${ledger["$1 $2"]:-} ]]
}

# Prints created, found, or nothing.
ledger_origin() {
  local entry=${ledger["$1 $2"]:-}
  printf '%s' "${entry%%$'\t'*}"
}

# Prints the hash that we left, or nothing.
ledger_hash() {
  local entry=${ledger["$1 $2"]:-}
  printf '%s' "${entry#*$'\t'}"
}

# manage KIND NAME: called by operations during the survey.
manage() {
  managed["$1 $2"]=yes
}

# The survey's result, for the run that goes on from it.
ledger_write_managed() {
  printf '%s\n' "${!managed[@]}" >"$1"
}

ledger_read_managed() {
  local name
  while read -r name; do managed["$name"]=yes; done <"$1"
}

# Rewrites the ledger with one line an entry, so that it does not grow for ever.
ledger_compact() {
  local key kind
  for key in "${!ledger[@]}"; do
    [[ ${ledger["$key"]} ]] || continue
    kind=${key%% *}
    printf '%s\t%s\t%s\n' "$kind" "${ledger[$key]}" "${key#* }"
  done | sort >"$STATE_DIRECTORY/ledger.new"
  sync -- "$STATE_DIRECTORY/ledger.new"
  mv -- "$STATE_DIRECTORY/ledger.new" "$STATE_DIRECTORY/ledger"
}
