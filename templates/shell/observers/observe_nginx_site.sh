# observe_nginx_site PATH prints "current" where nginx runs with the site, all else of its configuration, and its certificates, as they are on disk.
# requires: needs nginx_servers main_pid configuration_newer_than

observe_nginx_site() {
  local path=$1 listens loaded newer
  local -a certificates
  needs root nginx || return
  if [[ ! -f $path ]]; then
    printf '%s does not exist\n' "$path"
    return 1
  fi
  listens=$(nginx_directives listen) || {
    printf 'nginx does not take its configuration\n'
    return 1
  }
  if [[ $'\n'$listens != *$'\n'"$path "* ]]; then
    printf 'nginx does not read %s\n' "$path"
    return 1
  fi
  loaded=$(nginx_loaded) || {
    printf '%s\n' "$loaded"
    return 1
  }
  mapfile -t certificates < <(nginx_certificates)
  newer=$(configuration_newer_than "$loaded" /etc/nginx "${certificates[@]}")
  if [[ -n $newer ]]; then
    printf '%s changed after nginx had last read its configuration\n' "$newer"
  else
    printf 'current\n'
  fi
}

# The files that nginx reads once, besides its configuration.
nginx_certificates() {
  local name directives
  for name in ssl_certificate ssl_certificate_key; do
    directives=$(nginx_directives "$name") || continue
    sed -n 's|^[^ ]* "*\(/[^"]*\).*|\1|p' <<<"$directives"
  done
}

# nginx_loaded prints when nginx last took a configuration, in seconds since 1970: it starts new workers for each that it takes.
nginx_loaded() {
  local worker status fields up now=${EPOCHREALTIME/[.,]/} youngest=-1
  read -r up _ </proc/uptime
  up=${up/./}
  for worker in $(nginx_workers); do
    IFS= read -r status 2>/dev/null <"/proc/$worker/stat" || continue
    # The name, in parentheses, may hold anything; the twentieth word behind it is the start, in hundredths of a second since the boot.
    read -ra fields <<<"${status##*) }"
    if ((fields[19] > youngest)); then youngest=${fields[19]}; fi
  done
  if ((youngest < 0)); then
    printf 'nginx does not run\n'
    return 1
  fi
  printf '%s\n' "$(((now / 10000 - (10#$up - youngest)) / 100 + 1))"
}
