# Lists the accounts that can open a shell.

# login_users prints one name a line, root excluded.
login_users() {
  local entries user uid shell
  entries=$(getent passwd) || return
  while IFS=: read -r user _ uid _ _ _ shell; do
    case $shell in
      */nologin | */false | */sync | */halt | */shutdown) continue ;;
    esac
    if ((uid != 0)); then printf '%s\n' "$user"; fi
  done <<<"$entries"
}
