# observe_nginx_setting PATH NAME prints the values that a directive has in a site, in their order, as nginx reads it; "none" where it has none.
# requires: needs nginx_servers

observe_nginx_setting() {
  local path=$1 directives values
  needs root nginx || return
  directives=$(nginx_directives "$2") || {
    printf 'nginx does not take its configuration\n'
    return 1
  }
  values=$(sed -n "s|^$path ||p" <<<"$directives" | paste -sd ' ')
  printf '%s\n' "${values:-none}"
}
