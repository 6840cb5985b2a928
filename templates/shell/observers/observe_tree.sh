# observe_tree PATH owner USER:GROUP | PATH mode BITS: prints the first path below PATH with another owner, or with any of these mode bits; else "none".

observe_tree() {
  local path=$1 what=$2 value=$3 first status=0
  if [[ ! -d $path ]]; then
    printf '%s is no directory\n' "$path"
    return 1
  fi
  case $what in
    owner) first=$(find "$path" -xdev ! \( -user "${value%%:*}" -group "${value#*:}" \) -print -quit) || status=$? ;;
    # A symbolic link's own mode means nothing.
    mode) first=$(find "$path" -xdev ! -type l -perm "/$value" -print -quit) || status=$? ;;
    *) status=1 ;;
  esac
  if ((status != 0)); then
    printf 'not all of %s can be read, or %s is unknown here\n' "$path" "$value"
    return 2
  fi
  printf '%s\n' "${first:-none}"
}
