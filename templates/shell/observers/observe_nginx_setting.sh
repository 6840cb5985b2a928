# observe_nginx_setting PATH NAME prints the values that a directive has in a site, in their order, as nginx reads it; "none" where it has none.
# requires: needs nginx_servers

observe_nginx_setting() {
  local path=$1 values
  needs root nginx || return
  values=$(nginx_directives "$2" | sed -n "s|^$path ||p" | paste -sd ' ')
  printf '%s\n' "${values:-none}"
}
