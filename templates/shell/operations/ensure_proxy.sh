# nginx serves the package's site.
# requires: step report stop risk ledger ensure_file put_file port_holder nginx_complaint nginx_servers distribution_site reload_nginx run_logged observe_unit_enabled observe_nginx_site

# ensure_proxy SITE every-name|own-names replace-default|keep-default PORT…
# A transaction: what was there before is kept, the whole configuration is tested, and only workers that nginx starts for it, and
# ports that it holds, count as success: a reload returns 0 while the old configuration stays in service. Else all is put back.
ensure_proxy() {
  local site=$1 names=$2 default=$3 wanted actual problem drift=stale
  shift 3
  manage file "$site"
  wanted=$(observe_file_field "$package_directory/rootfs$site" content-hash) || fail "the package lacks rootfs$site"
  actual=$(file_content_hash "$site")
  if surveying; then
    survey_file "$site" "$wanted" "$actual" root
    survey_proxy "$site" "$names" "$default" "$@"
    return 0
  fi
  if [[ $actual != "$wanted" ]]; then
    drift=$(file_drift "$site" "$actual")
    problem='it is not as in the package'
  else
    problem=$(proxy_problem "$site" "$default" "$@")
  fi
  if [[ -z $problem ]]; then
    report_ok "nginx serves $site"
    return 0
  fi
  if pending "$drift" "$site: $problem"; then return 0; fi
  keep_site "$site" "$drift"
  if [[ $actual == absent ]]; then
    ledger_put file created "$wanted" "$site"
  else
    ledger_put file found "$wanted" "$site"
  fi
  put_file 0644 root root "$site" <"$package_directory/rootfs$site"
  if [[ $default == replace-default ]]; then switch_distribution_site_off; fi
  problem=$(nginx_complaint "$site")
  if [[ $problem ]]; then
    put_site_back "$site"
    fail "nginx does not take the site; what was there before is back: $problem" "$package_directory/rootfs$site"
  fi
  if ! load_nginx "$@"; then
    put_site_back "$site"
    fail 'nginx does not serve the site; what was there before is back' 'journalctl -u nginx -n 20; tail /var/log/nginx/error.log'
  fi
  systemctl --quiet enable -- nginx.service
  report_changed "nginx serves $site"
}

# Why nginx does not serve the site although its file is as it should be; nothing where it does.
proxy_problem() {
  local site=$1 default=$2 value port
  shift 2
  value=$(observe_file_field "$site" rights)
  if [[ $value != '0644 root:root' ]]; then
    printf 'it is %s, not 0644 root:root' "$value"
    return 0
  fi
  if ! command -v nginx >/dev/null || ! systemctl --quiet is-active -- nginx.service; then
    printf 'nginx does not run'
    return 0
  fi
  value=$(observe_unit_enabled nginx.service) || true
  if [[ $value != enabled ]]; then
    printf 'nginx does not start at boot (%s)' "$value"
    return 0
  fi
  if [[ $default == replace-default ]] && distribution_site_is_unused; then
    printf 'the site that came with nginx is on'
    return 0
  fi
  value=$(observe_nginx_site "$site") || true
  if [[ $value == current ]]; then value=$(certificate_put_in_place); fi
  if [[ $value ]]; then
    printf '%s' "$value"
    return 0
  fi
  for port in "$@"; do
    if [[ $(port_holder "$port") != nginx.service ]]; then
      printf 'nginx does not hold port %s' "$port"
      return 0
    fi
  done
}

# A certificate that came with the time which it had elsewhere is older than what nginx has read; when it came, the file system knows.
certificate_put_in_place() {
  local loaded found
  local -a certificates
  loaded=$(nginx_loaded) || return 0
  mapfile -t certificates < <(nginx_certificates)
  if ((${#certificates[@]} == 0)); then return 0; fi
  found=$(find -L "${certificates[@]}" -newerct "@$((loaded + 1))" -print -quit 2>/dev/null) || true
  if [[ $found ]]; then printf '%s was put in place after nginx had last read it' "$found"; fi
}

# Who would suffer, or be in the way.
survey_proxy() {
  local site=$1 names=$2 default=$3 port holder file others
  shift 3
  if [[ ! -e /proc/net/if_inet6 ]]; then
    refuse 'nginx is to listen on IPv6, too, and this kernel has none' 'start it without ipv6.disable=1'
  fi
  for port in "$@"; do
    holder=$(port_holder "$port")
    if [[ $holder && $holder != nginx.service && $holder != "$UNIT" ]]; then
      refuse "port $port, on which nginx is to listen, is held by $holder" "systemctl status $holder"
    fi
  done
  if [[ $names != every-name ]] || ! command -v nginx >/dev/null; then return 0; fi
  if ! others=$(default_servers); then
    # No refusal: what is wrong may be what this run puts right. A second site for all names fails the test then.
    report_note "whether another site answers for all names cannot be seen: $(nginx_complaint /dev/null)"
    return 0
  fi
  while read -r port file; do
    if [[ -z $port || $file == "$site" || " $* " != *" $port "* ]]; then continue; fi
    if [[ $file == "$DISTRIBUTION_SITE" && $default == replace-default ]] && distribution_site_is_unused; then continue; fi
    refuse "the specification names no host, so the site is to answer for all names on port $port, and $file does that already" \
      'name the host in the specification, or take default_server out of that file'
  done <<<"$others"
}

# keep_site SITE DRIFT: what is there now, for the way back and for whoever edited it.
keep_site() {
  local site=$1 saved=$run_directory/proxy
  mkdir -p -- "$saved"
  if [[ -e $site ]]; then cp --preserve=mode,ownership -- "$site" "$saved/site"; fi
  case $2 in
    edited)
      keep_copy "$site" "$run_directory/edited"
      report_note "it was edited by hand; that text is kept in $run_directory/edited$site"
      ;;
    foreign)
      keep_copy "$site" "$STATE_DIRECTORY/originals"
      report_note "it was here before; that text is kept in $STATE_DIRECTORY/originals$site"
      ;;
  esac
}

switch_distribution_site_off() {
  if distribution_site_is_unused; then
    readlink -- "$DISTRIBUTION_SITE" >"$run_directory/proxy/distribution-site"
    rm -f -- "$DISTRIBUTION_SITE"
    report_note "the site that came with nginx is switched off: nobody had changed it, and it would answer for names of its own"
  fi
}

# load_nginx PORT…: nginx runs with what is on disk, and holds the ports.
load_nginx() {
  local before tries port
  if systemctl --quiet is-active -- nginx.service; then
    before=$(nginx_workers)
    systemctl reload -- nginx.service || return 1
    for ((tries = 0; tries < 20; tries++)); do
      if has_new_worker "$before"; then break; fi
      sleep 0.5
    done
    has_new_worker "$before" || return 1
  else
    run_logged systemctl start nginx.service || return 1
  fi
  for port in "$@"; do
    [[ $(port_holder "$port") == nginx.service ]] || return 1
  done
}

has_new_worker() {
  local worker
  for worker in $(nginx_workers); do
    if [[ " $1 " != *" $worker "* ]]; then return 0; fi
  done
  return 1
}

put_site_back() {
  local site=$1 saved=$run_directory/proxy
  if [[ -e $saved/site ]]; then
    cp --preserve=mode,ownership -- "$saved/site" "$site.specc-new"
    mv -T -- "$site.specc-new" "$site"
  else
    rm -f -- "$site"
  fi
  if [[ -e $saved/distribution-site ]]; then ln -s -- "$(<"$saved/distribution-site")" "$DISTRIBUTION_SITE"; fi
  reload_nginx || report_note 'nginx could not be reloaded; look at: systemctl status nginx'
}
