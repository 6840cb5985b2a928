# Whether somebody can log in by key.
# requires: ssh_session login_users

# key_login_is_proven ROOT-MAY-LOG-IN
# The journal's word that this very session came in by key is proof, however the key is stored (files, certificates, a directory
# service). Without one (a console, a scheduler), a login user's authorized_keys is taken for it.
key_login_is_proven() {
  local root_allowed=$1 process entries user
  local -a sessions users
  IFS=, read -r -a sessions <<<"${option[ssh_session]:-$(ssh_session_processes | paste -sd ,)}"
  for process in "${sessions[@]}"; do
    entries=$(journalctl --boot --quiet --no-pager --output=cat _UID=0 _PID="$process" 2>/dev/null) || true
    if [[ $entries =~ Accepted\ publickey\ for\ ([^ ]+) ]]; then
      user=${BASH_REMATCH[1]}
      if [[ $user != root || $root_allowed == yes ]]; then return 0; fi
    fi
  done
  mapfile -t users <<<"$(login_users)"
  if [[ $root_allowed == yes ]]; then users+=(root); fi
  for user in "${users[@]}"; do
    if [[ $user ]] && has_authorized_key "$user"; then return 0; fi
  done
  return 1
}

has_authorized_key() {
  local home
  home=$(getent passwd -- "$1" | cut -d : -f 6)
  [[ -f $home/.ssh/authorized_keys && ! -L $home/.ssh/authorized_keys ]] &&
    grep -Eq '^[^#]*(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ AAAA' "$home/.ssh/authorized_keys"
}
