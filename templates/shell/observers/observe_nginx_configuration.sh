# observe_nginx_configuration prints "valid", or the first thing that nginx has against its configuration.
# requires: needs nginx_complaint

observe_nginx_configuration() {
  local complaint
  needs root nginx || return
  complaint=$(nginx_complaint /dev/null)
  printf '%s\n' "${complaint:-valid}"
}
