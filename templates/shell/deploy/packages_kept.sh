# Which packages lie on this host, which one is current, and which were healthy.
# requires: ledger

# How many healthy packages are kept to roll back to.
readonly PACKAGES_KEPT=3

# The link is replaced in one step: it leads to the old package or to the new one at any moment.
point_link_at_package() {
  ln -sfn -- "packages/${package_directory##*/}" "$STATE_DIRECTORY/$1.new"
  mv -T -- "$STATE_DIRECTORY/$1.new" "$STATE_DIRECTORY/$1"
}

# A package is good once its health gate was passed. The list's last line is the newest.
record_good_package() {
  local name=${package_directory##*/} list=$STATE_DIRECTORY/good kept directory
  {
    if [[ -r $list ]]; then grep -Fvx -- "$name" "$list" || true; fi
    printf '%s\n' "$name"
  } | tail -n "$PACKAGES_KEPT" >"$list.new"
  sync -- "$list.new"
  mv -- "$list.new" "$list"
  kept=$(<"$list")
  for directory in "$STATE_DIRECTORY"/packages/* "$STATE_DIRECTORY"/packages/.new.*; do
    [[ -d $directory ]] || continue
    # From there an unconfirmed change would be undone.
    if grep -Fqs -- "/${directory##*/}/deploy.sh" "/etc/systemd/system/specc-$SERVICE-revert-"*.service; then continue; fi
    if [[ $'\n'$kept$'\n' != *$'\n'"${directory##*/}"$'\n'* ]]; then rm -rf -- "$directory"; fi
  done
}

# good_package_before NAME: prints the newest healthy package other than NAME.
good_package_before() {
  local name newest=''
  [[ -r $STATE_DIRECTORY/good ]] || return 1
  while read -r name; do
    if [[ $name != "$1" && -f $STATE_DIRECTORY/packages/$name/deploy.sh ]]; then newest=$name; fi
  done <"$STATE_DIRECTORY/good"
  [[ $newest ]] && printf '%s\n' "$newest"
}
