# observe_sudo_rights USER prints what sudo lets the user do; "none" where nothing, or where there is no sudo.
# requires: needs

observe_sudo_rights() {
  local rights
  needs root || return
  if ! command -v sudo >/dev/null; then
    printf 'none\n'
    return
  fi
  rights=$(sudo -n -l -U "$1" 2>&1) || true
  if [[ $rights == *'is not allowed to run sudo'* ]]; then
    printf 'none\n'
  elif [[ $rights != *'may run the following commands'* ]]; then
    printf '%s\n' "${rights%%$'\n'*}"
    return 2
  else
    # Before that line stand sudo's own defaults.
    sed '1,/may run the following commands/d; s/^ *//' <<<"$rights" | paste -sd ';'
  fi
}
