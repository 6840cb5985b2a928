# What must be true before the first change.
# requires: stop step begin_moment judge_risks verify_package observe_platform report

# Megabytes that must be free besides the package itself.
readonly SPARE_MEGABYTES=200

preflight() {
  local tool
  if [[ ! -d /run/systemd/system ]]; then refuse 'this host is not run by systemd'; fi
  for tool in systemctl systemd-run systemd-tmpfiles systemd-analyze setpriv flock dpkg-query sha256sum tar findmnt; do
    if ! command -v "$tool" >/dev/null; then refuse "the tool $tool is missing on this host"; fi
  done
  if ! command -v ss >/dev/null; then refuse 'the tool ss, which tells who holds a port, is missing on this host' 'apt-get install iproute2'; fi
  require_platform
  verify_package "$package_directory"
  package_hash=$(hash_of_package "$package_directory")
  require_space /var/lib
  begin_moment
  walk_plan survey
  end_moment
  if [[ $run_mode == dry-run ]]; then
    report_risks
  elif [[ $run_mode == apply && ${option[restoring]} == no ]]; then
    judge_risks
  fi
}

require_platform() {
  local platform
  platform=$(observe_platform) || refuse "the distribution is unknown: $platform"
  if [[ " $SUPPORTED_PLATFORMS " != *" $platform "* && ${option[force_platform]} == no ]]; then
    refuse "this host is $platform; the package was made for: $SUPPORTED_PLATFORMS" \
      'compile the specification for this release, or add --force-platform'
  fi
}

# require_space DIRECTORY: the package and some more must fit, and the file system must take writes.
require_space() {
  local directory=$1 free used options
  options=$(findmnt --noheadings --output OPTIONS --target "$directory") || return 0
  if [[ ,$options, == *,ro,* ]]; then refuse "the file system of $directory is mounted read-only"; fi
  free=$(df --output=avail --block-size=1M -- "$directory" | tail -n 1)
  used=$(du --summarize --block-size=1M -- "$package_directory")
  used=${used%%[[:space:]]*}
  if ((free < 3 * used + SPARE_MEGABYTES)); then
    refuse "only $((free)) MB are free on the file system of $directory; $((3 * used + SPARE_MEGABYTES)) MB are needed"
  fi
}
