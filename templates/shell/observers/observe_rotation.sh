# observe_rotation OWNER GROUP CONFIGURATION prints "accepted" where logrotate has nothing to say against it, else its first complaint; nothing is rotated.
# requires: needs as_owner

observe_rotation() {
  local owner=$1 group=$2 configuration=$3 said line
  needs root || return
  if [[ ! -x /usr/sbin/logrotate ]]; then
    printf 'logrotate is not installed\n'
    return 2
  fi
  # It ends with 0 even where it ignores a file, so what it says is read. With the rights that the rotation itself has.
  said=$(as_owner "$owner" "$group" timeout 20 /usr/sbin/logrotate --debug --state /dev/null "$configuration" 2>&1) || true
  while IFS= read -r line; do
    if [[ $line == error:* || $line == *': error:'* ]]; then
      printf '%s\n' "$line"
      return
    fi
  done <<<"$said"
  if [[ $said == *'rotating pattern: '* ]]; then
    printf 'accepted\n'
  else
    printf 'it rotates nothing: %s\n' "${said##*$'\n'}"
  fi
}
