# nginx takes its whole configuration with the package's site in it, before anything is live.
# requires: step report stop nginx_complaint distribution_site

# ensure_site_valid SITE
# Tested on a copy: nothing that runs sees the new site.
ensure_site_valid() {
  local site=$1 problem
  if surveying; then return 0; fi
  if [[ $phase == observe ]]; then
    if ! command -v nginx >/dev/null; then
      pending missing 'the configuration of nginx'
      return 0
    fi
    problem=$(nginx_complaint "$site")
    if [[ $problem ]]; then
      pending edited "the configuration of nginx: $problem"
    else
      report_ok 'nginx takes its configuration'
    fi
    return 0
  fi
  problem=$(complaint_about_copy "$site")
  if [[ $problem ]]; then
    fail "nginx does not take its configuration with the new site; nothing was changed in it: $problem" "$package_directory/rootfs$site"
  fi
  report_ok 'nginx takes its configuration with the new site'
}

# The copy names itself wherever the original names its own directory.
complaint_about_copy() {
  local site=$1 copy problem
  copy=$(mktemp -d "$run_directory/nginx.XXXXXXXX")
  cp --recursive --no-dereference --preserve=mode -- /etc/nginx/. "$copy/"
  if distribution_site_is_unused; then rm -f -- "$copy/${DISTRIBUTION_SITE#/etc/nginx/}"; fi
  mkdir -p -- "$copy/conf.d"
  cp -- "$package_directory/rootfs$site" "$copy/conf.d/${site##*/}"
  find "$copy" -type f -exec sed -i "s|/etc/nginx/|$copy/|g" {} +
  problem=$(nginx_complaint "$copy/conf.d/${site##*/}" -c "$copy/nginx.conf")
  rm -rf -- "$copy"
  printf '%s' "${problem//"$copy"/"/etc/nginx"}"
}
