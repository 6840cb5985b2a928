# journald_outdated prints what changed in journald's configuration after it had started: a file, or the directory that one was removed from.
# requires: configuration_newer_than

journald_outdated() {
  configuration_newer_than "$(unit_started systemd-journald.service)" \
    /etc/systemd/journald.conf /etc/systemd/journald.conf.d /run/systemd/journald.conf.d
}
