# Observes whether the clock follows the network.

# observe_time_sync enabled|synchronised
# Prints yes or no: whether a time service is switched on, or whether the kernel's clock is in step with a server, which it is some
# seconds after a boot, or after the service was switched on.
observe_time_sync() {
  local property=NTP seconds=0 value
  if [[ $1 == synchronised ]]; then property=NTPSynchronized seconds=15; fi
  while :; do
    if ! value=$(timedatectl show --property="$property" --value 2>&1); then
      printf 'timedatectl cannot tell: %s\n' "${value%%$'\n'*}"
      return 2
    fi
    if [[ $value == yes ]] || ((seconds-- <= 0)); then break; fi
    sleep 1
  done
  printf '%s\n' "$value"
}
