# observe_alert_delivery NAME [ENVIRONMENT-FILE] prints what came of the last alert: delivered, failed, never; and whether the address may be another since.

observe_alert_delivery() {
  local last=/var/lib/$1/last environment=${2-} state=''
  if [[ ! -r $last || -L $last ]]; then
    if ((EUID != 0)); then
      printf 'only root can see this\n'
      return 2
    fi
    printf 'never\n'
  elif [[ $environment && $environment -nt $last ]]; then
    printf 'not since %s was changed\n' "$environment"
  else
    read -r state _ <"$last" || true
    printf '%s\n' "${state:-never}"
  fi
}
