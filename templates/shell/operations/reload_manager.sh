# Makes the service manager read its unit files again.

reload_manager() {
  systemctl daemon-reload
}
