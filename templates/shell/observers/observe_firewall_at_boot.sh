# observe_firewall_at_boot prints yes where ufw comes back with its rules after a reboot, else what keeps it from that.

observe_firewall_at_boot() {
  local state
  if ! grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null; then
    printf 'ufw is off in /etc/ufw/ufw.conf\n'
    return 0
  fi
  state=$(systemctl is-enabled ufw.service 2>/dev/null) || true
  if [[ $state != enabled ]]; then
    printf 'ufw.service is %s\n' "${state:-absent}"
    return 0
  fi
  printf 'yes\n'
}
