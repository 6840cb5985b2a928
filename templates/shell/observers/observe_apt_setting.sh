# Observes a setting of apt as it takes effect, from all files of /etc/apt/apt.conf.d.

# observe_apt_setting NAME prints its value, "unset" where none is given.
observe_apt_setting() {
  local value
  if ! value=$(apt-config --format '%v%n' dump "$1" 2>&1); then
    printf 'apt does not read its configuration: %s\n' "${value%%$'\n'*}"
    return 1
  fi
  printf '%s\n' "${value:-unset}"
}
