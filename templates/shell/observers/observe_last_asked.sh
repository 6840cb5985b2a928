# observe_last_asked MONITOR prints how many seconds ago an uptime monitor has last asked the service.

observe_last_asked() {
  local last=/var/lib/$1/last asked='' age
  if [[ ! -r $last || -L $last ]]; then
    if ((EUID != 0)); then
      printf 'only root can see this\n'
      return 2
    fi
    printf 'the service was never asked\n'
    return 1
  fi
  read -r asked _ <"$last" || true
  if [[ ! $asked =~ ^[0-9]{1,12}$ ]]; then
    printf '%s does not tell when the service was asked\n' "$last"
    return 1
  fi
  age=$((EPOCHSECONDS - 10#$asked))
  # A clock that was set back by more than that would make an old look a new one for as long.
  if ((age < -60)); then
    printf 'the service was last asked at a time that is still to come\n'
    return 1
  fi
  printf '%s\n' "$age"
}
