# A unit file is one that systemd takes as it is written.
# requires: step report stop

# How systemd names its version; asked once.
manager_version=''

# ensure_unit_valid UNIT
# `systemd-analyze verify` exits 0 on unknown keys and ignored values, so its output is read.
ensure_unit_valid() {
  local unit=$1 path=/etc/systemd/system/$1 output version
  local -a options=()
  if surveying; then return 0; fi
  if [[ ! -f $path ]]; then
    pending missing "unit $unit" || fail "there is no $path"
    return 0
  fi
  if [[ -z $manager_version ]]; then manager_version=$(systemctl --version); fi
  version=${manager_version#systemd }
  if ((${version%%[!0-9]*} >= 250)); then options+=(--recursive-errors=no); fi
  output=$(systemd-analyze verify "${options[@]}" "$path" 2>&1) || true
  # Older ones read all that the unit depends on, down to the system's own, and complain of keys that they are too old for.
  if ((${#options[@]} == 0)); then output=$(grep -F -- "$unit" <<<"$output") || true; fi
  if [[ -z $output ]]; then
    report_ok "systemd accepts $unit"
    return 0
  fi
  printf '%s\n' "$output" | sed 's/^/      | /'
  pending edited "systemd does not accept $unit as it is" || fail "systemd does not accept $unit as it is" "$path"
}
