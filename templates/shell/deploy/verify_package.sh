# The package is complete, unchanged, and holds nothing else.
# requires: stop

# verify_package DIRECTORY
verify_package() {
  local directory=$1 odd extra bad
  if [[ ! -f $directory/SHA256SUMS ]]; then refuse "$directory/SHA256SUMS is missing: this is not a whole package"; fi
  odd=$(find "$directory" ! -type d ! -type f -print -quit)
  if [[ $odd ]]; then refuse "$odd is neither a file nor a directory; a package holds nothing else"; fi
  # `sha256sum -c` alone would say nothing of files that were added.
  extra=$(comm -13 <(sed 's/^[0-9a-f]*  //' "$directory/SHA256SUMS" | sort) \
    <(find "$directory" -type f ! -path "$directory/SHA256SUMS" -printf '%P\n' | sort))
  if [[ $extra ]]; then
    refuse "files that do not belong to the package lie in it: ${extra//$'\n'/, }" 'move them elsewhere'
  fi
  bad=$(cd -- "$directory" && sha256sum --check --strict --quiet SHA256SUMS 2>&1) || true
  if [[ $bad ]]; then
    printf '%s\n' "$bad" | sed 's/^/      | /'
    refuse 'the package is not as it was compiled' 'ship it again, or compile it again; do not edit the output'
  fi
}

# is_whole_package DIRECTORY HASH: that package and no other, whole; asked of a copy that can be made again.
is_whole_package() {
  [[ -f $1/SHA256SUMS && $(hash_of_package "$1") == "$2" ]] && (verify_package "$1" >/dev/null 2>&1)
}

hash_of_package() {
  local sum
  sum=$(sha256sum <"$1/SHA256SUMS")
  printf '%s' "${sum%% *}"
}
