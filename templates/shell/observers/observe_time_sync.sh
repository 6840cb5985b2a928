# Observes whether the clock follows the network.

# observe_time_sync enabled|synchronised
# Prints yes or no: whether a time service is switched on, or whether the kernel's clock is in step with a server.
observe_time_sync() {
  local property value
  case $1 in
    enabled) property=NTP ;;
    *) property=NTPSynchronized ;;
  esac
  if ! value=$(timedatectl show --property="$property" --value 2>&1); then
    printf 'timedatectl cannot tell: %s\n' "${value%%$'\n'*}"
    return 2
  fi
  printf '%s\n' "$value"
}
