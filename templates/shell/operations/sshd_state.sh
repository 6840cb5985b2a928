# Where the SSH server's settings of ours are, and how they go back to what they were.
# requires: transaction reload_sshd

readonly SSHD_DROP_IN="/etc/ssh/sshd_config.d/00-specc-$SERVICE.conf"

revert_sshd() {
  local saved
  saved=$(transaction_directory sshd)/saved
  if [[ -e $saved/drop-in ]]; then
    cp --preserve=mode,ownership -- "$saved/drop-in" "$SSHD_DROP_IN.specc-new"
    mv -T -- "$SSHD_DROP_IN.specc-new" "$SSHD_DROP_IN"
  else
    rm -f -- "$SSHD_DROP_IN"
  fi
  reload_sshd
}
