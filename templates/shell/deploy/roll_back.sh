# Back to the last package that was healthy: by hand, or because the health gate of a new one failed.
# requires: stop report packages_kept

# A package is rolled back to by deploying it again, from where it was kept: one way of deploying, not two.
roll_back() {
  local target=${option[package]} current name
  local -a forward=()
  current=$(readlink -- "$STATE_DIRECTORY/current") || refuse "no package of $SERVICE was deployed on this host"
  if [[ $target ]]; then
    for name in "$STATE_DIRECTORY"/packages/"$target"*; do
      if [[ -f $name/deploy.sh ]]; then target=${name##*/}; fi
    done
    if [[ ! -f $STATE_DIRECTORY/packages/$target/deploy.sh ]]; then
      refuse "there is no kept package $target" "kept: $(kept_packages)"
    fi
  else
    target=$(good_package_before "${current##*/}") || refuse 'there is no other package that was healthy on this host'
  fi
  printf 'rolling back from package %s to %s\n' "${current:9:8}" "${target:0:8}"
  for name in "${accepted_now[@]}"; do forward+=(--accept "$name"); done
  for name in offline console force_platform; do
    if [[ ${option[$name]} == yes ]]; then forward+=("--${name//_/-}"); fi
  done
  trap - ERR EXIT
  exec /bin/bash -p "$STATE_DIRECTORY/packages/$target/deploy.sh" --wait-lock "${option[wait_lock]}" "${forward[@]}"
}

kept_packages() {
  local directory list=''
  for directory in "$STATE_DIRECTORY"/packages/*; do list+=${list:+, }${directory##*/}; done
  printf '%s' "${list:-none}"
}
