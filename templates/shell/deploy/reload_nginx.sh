# Makes the running nginx read its configuration again.

# Fails where it cannot; where it does not run there is nothing to do.
reload_nginx() {
  if systemctl --quiet is-active -- nginx.service; then
    systemctl reload -- nginx.service
  fi
}
