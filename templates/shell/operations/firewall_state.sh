# Saves, loads and restores the firewall.
# requires: transaction report stop run_logged

readonly FIREWALL_FILES='etc/default/ufw etc/ufw/ufw.conf etc/ufw/user.rules etc/ufw/user6.rules'

# Both what is on disk and what the kernel holds.
save_firewall() {
  local saved path
  saved=$(transaction_directory firewall)/saved
  for path in $FIREWALL_FILES; do
    if [[ -f /$path ]]; then
      mkdir -p -- "$saved/${path%/*}"
      cp --preserve=mode,ownership -- "/$path" "$saved/$path"
    fi
  done
  save_kernel_rules iptables-save >"$saved/kernel4"
  save_kernel_rules ip6tables-save >"$saved/kernel6" 2>/dev/null || rm -f -- "$saved/kernel6"
  if ufw_is_loaded; then touch -- "$saved/was-loaded"; fi
  cp -- /proc/sys/kernel/random/boot_id "$saved/boot"
}

# Before the first rule the kernel has no table, and nothing is printed: restoring that would leave what came since.
save_kernel_rules() {
  local rules
  rules=$("$1") || return
  if [[ $'\n'$rules != *$'\n*filter'* ]]; then
    rules+=${rules:+$'\n'}$'*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT'
  fi
  printf '%s\n' "$rules"
}

# Puts the rules into effect now. Whether ufw starts at boot stays as it was until the change is confirmed.
load_firewall() {
  local saved
  saved=$(transaction_directory firewall)/saved
  if ufw_is_loaded; then
    # ufw reloads nothing while its file says that it is off, whatever the kernel holds.
    sed -i 's/^ENABLED=.*/ENABLED=yes/' /etc/ufw/ufw.conf
    run_logged ufw reload || true
  else
    run_logged ufw --force enable || true
    # Somebody flushed the kernel's rules under an enabled ufw: it may take itself for running.
    if ! ufw_is_loaded; then run_logged /lib/ufw/ufw-init force-reload || true; fi
  fi
  if ! grep -qi '^ENABLED=yes' "$saved/etc/ufw/ufw.conf"; then sed -i 's/^ENABLED=.*/ENABLED=no/' /etc/ufw/ufw.conf; fi
}

# Called by --confirm, too.
commit_firewall() {
  start_ufw_at_boot
}

# Exactly what was there before; never simply "off". Called by --revert-now, too.
revert_firewall() {
  local saved path same_boot=no
  saved=$(transaction_directory firewall)/saved
  if [[ $(<"$saved/boot") == "$(</proc/sys/kernel/random/boot_id)" ]]; then same_boot=yes; fi
  # The kernel first: on a full disk the files fail.
  if [[ $same_boot == yes ]]; then
    iptables-restore <"$saved/kernel4"
    if [[ -f $saved/kernel6 ]]; then ip6tables-restore <"$saved/kernel6"; fi
  fi
  for path in $FIREWALL_FILES; do
    if [[ -f $saved/$path ]]; then
      cp --preserve=mode,ownership -- "$saved/$path" "/$path.specc-new"
      mv -T -- "/$path.specc-new" "/$path"
    fi
  done
  if [[ $same_boot == yes ]]; then return 0; fi
  if [[ -f $saved/was-loaded ]]; then
    # After a reboot the kernel holds what the changed files said.
    ufw reload >/dev/null || true
  elif ufw_is_loaded; then
    ufw --force disable >/dev/null || true
  fi
}

ufw_is_loaded() {
  iptables --numeric --list ufw-user-input >/dev/null 2>&1
}

ufw_starts_at_boot() {
  grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf && [[ $(systemctl is-enabled ufw.service 2>/dev/null) == enabled ]]
}

start_ufw_at_boot() {
  sed -i 's/^ENABLED=.*/ENABLED=yes/' /etc/ufw/ufw.conf
  systemctl --quiet enable ufw.service 2>/dev/null || true
}
