# Distribution packages are installed.
# requires: step report stop risk ledger observe_package run_logged judge_risks hold_daemons

# ensure_packages NAME…
ensure_packages() {
  local name version
  local -A installed=()
  local -a missing=()
  while read -r name version; do
    installed["$name"]=$version
  done < <(installed_packages "$@")
  for name in "$@"; do
    manage package "$name"
    if [[ -z ${installed["$name"]:-} ]]; then
      missing+=("$name")
    elif ! surveying; then
      report_ok "package $name ${installed["$name"]}"
    fi
  done
  # When everything is there, apt is never called.
  ((${#missing[@]} > 0)) || return 0
  if surveying; then
    survey_packages "${missing[@]}"
    return 0
  fi
  for name in "${missing[@]}"; do
    if pending missing "package $name"; then continue; fi
    ledger_put package created - "$name"
  done
  [[ $phase == apply ]] || return 0
  apt_update
  refuse_unaccepted_package_changes "${missing[@]}"
  install_packages "${missing[@]}"
  for name in "${missing[@]}"; do
    version=$(observe_package "$name")
    if [[ $version == absent ]]; then fail "package $name is still absent" "$run_directory/commands.log"; fi
    report_changed "package $name $version"
  done
}

# Prints name and version of those that are installed, all asked for at once.
installed_packages() {
  local state name version
  while read -r state name version; do
    if [[ $state == ?i ]]; then printf '%s %s\n' "$name" "$version"; fi
  done < <(dpkg-query --show --showformat='${db:Status-Abbrev} ${Package} ${Version}\n' -- "$@" 2>/dev/null)
}

# What apt would do to packages that nobody asked about.
survey_packages() {
  local plan action name
  # Even a simulation would leave its plan in /var/log/apt.
  if ! plan=$(apt-get --simulate --quiet --option Dir::Log::Planner=/dev/null install -- "$@" 2>/dev/null); then
    # The lists may only be outdated; they are read anew, and looked at again, before anything is installed.
    return 0
  fi
  while read -r action name _; do
    case $action in
      Remv) risk package-removal "apt would remove $name to install $*" ;;
    esac
  done <<<"$plan"
  while read -r _ name; do
    risk package-upgrade "apt would upgrade $name to install $*"
  done < <(grep -E '^Inst [^ ]+ \[' <<<"$plan")
}

refuse_unaccepted_package_changes() {
  survey_packages "$@"
  judge_risks
  remember_accepted_risks
}

apt_update() {
  local -i tries=0
  [[ ${option[offline]} == no ]] || return 0
  # The lock of the package lists is not covered by DPkg::Lock::Timeout.
  until run_logged env DEBIAN_FRONTEND=noninteractive apt-get --quiet --option APT::Update::Error-Mode=any update; do
    tries+=1
    if ((tries >= 10)) || ! apt_lists_are_locked; then
      report_note 'the package lists could not be read anew; going on with those that are here'
      return 0
    fi
    sleep 6
  done
}

apt_lists_are_locked() {
  [[ $(tail -n 5 -- "$run_directory/commands.log") == *'Could not get lock'* ]]
}

install_packages() {
  local -a options=(--yes --quiet --no-install-recommends --option DPkg::Lock::Timeout=300 --option Dpkg::Options::=--force-confold)
  if ! risk_was_raised package-removal; then options+=(--no-remove); fi
  if [[ ${option[offline]} == yes ]]; then options+=(--no-download); fi
  hold_daemons
  finish_interrupted_installation
  if ! run_logged env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get "${options[@]}" install -- "$@"; then
    release_daemons
    fail "apt could not install $*" "$run_directory/commands.log"
  fi
  release_daemons
}

# A run was killed, or the power was cut, while dpkg was at work: apt refuses to go on before this is done.
finish_interrupted_installation() {
  if compgen -G '/var/lib/dpkg/updates/[0-9]*' >/dev/null; then
    # Where that fails, apt says so.
    if run_logged env DEBIAN_FRONTEND=noninteractive dpkg --force-confold --configure -a; then
      report_note 'an interrupted installation was finished (dpkg --configure -a)'
    fi
  fi
}

risk_was_raised() {
  [[ $'\n'$(printf '%s\n' "${risks[@]}") == *$'\n'"$1"$'\t'* ]]
}
