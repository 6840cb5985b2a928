# The service's own account exists.
# requires: step report stop risk ledger observe_user_field

# ensure_user USER GROUP SHELL HOME
# A system account without a password. Its home is named, never created here.
ensure_user() {
  local user=$1 group=$2 shell=$3 home=$4 present class actual actual_home
  manage user "$user"
  present=$(observe_user_field "$user" exists)
  if [[ $present == no ]]; then
    if surveying; then return 0; fi
    if pending missing "user $user"; then return 0; fi
    ledger_put user created - "$user"
    if ! getent group -- "$group" >/dev/null; then groupadd --system -- "$group"; fi
    useradd --system --gid "$group" --shell "$shell" --home-dir "$home" --no-create-home --comment "$DESCRIPTION" -- "$user"
    report_changed "user $user ($shell)"
    return 0
  fi
  class=$(observe_user_field "$user" uid-class)
  actual=$(observe_user_field "$user" shell)
  actual_home=$(observe_user_field "$user" home)
  if surveying; then
    if [[ $class == root ]]; then refuse "the account $user has user ID 0; a service must not run as root"; fi
    if ! ledger_knows user "$user"; then
      if [[ $class != system ]]; then refuse "the account $user belongs to a person (its user ID is not below 1000)"; fi
      risk adopt "the account $user exists and was not made by this package"
    fi
    return 0
  fi
  if [[ $actual == "$shell" && $actual_home == "$home" && $(id -gn -- "$user") == "$group" ]]; then
    report_ok "user $user ($shell)"
    return 0
  fi
  if pending edited "user $user: shell $actual, home $actual_home"; then return 0; fi
  ledger_put user found - "$user"
  if ! getent group -- "$group" >/dev/null; then groupadd --system -- "$group"; fi
  usermod --gid "$group" --shell "$shell" --home "$home" -- "$user"
  report_changed "user $user ($shell; it was $actual)"
}
