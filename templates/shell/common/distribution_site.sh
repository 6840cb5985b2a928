# The site that comes with nginx: a page of welcome, which answers for all names.

readonly DISTRIBUTION_SITE=/etc/nginx/sites-enabled/default

# Whether it is on, as it was installed, and shows nothing but the page that came with it: then nobody uses it.
distribution_site_is_unused() {
  local source=/etc/nginx/sites-available/default installed actual
  [[ -L $DISTRIBUTION_SITE && $(readlink -f -- "$DISTRIBUTION_SITE") == "$source" ]] || return 1
  installed=$(dpkg-query --show --showformat='${Conffiles}\n' nginx-common 2>/dev/null) || return 1
  actual=$(md5sum <"$source") || return 1
  [[ $installed == *" $source ${actual%% *}"* ]] || return 1
  [[ -z $(find /var/www/html -mindepth 1 ! -name index.nginx-debian.html -print -quit 2>/dev/null) ]]
}
