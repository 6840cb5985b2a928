# Tells what nginx has against its configuration.

# nginx_complaint SITE [OPTION…]: tests the whole configuration, and prints the first thing that is wrong; nothing where all is well.
# Of two sites with one name nginx only warns, and serves the first alone: of the names of SITE that is wrong, too.
nginx_complaint() {
  local site=$1 said status=0 name complaint
  shift
  said=$(nginx -t "$@" 2>&1) || status=$?
  if ((status != 0)); then
    # Without the time and the process, which are other ones each time.
    complaint=$(sed -nE 's/^.*\[(emerg|alert|crit|error)\] ([0-9]+#[0-9]+: )?//p' <<<"$said")
    complaint=${complaint:-${said:-nginx -t ended with $status}}
    printf '%s\n' "${complaint%%$'\n'*}"
    return 0
  fi
  while read -r name; do
    if [[ $name && $name != _ && $said == *"conflicting server name \"$name\""* ]]; then
      printf 'another site has the name %s, too\n' "$name"
      return 0
    fi
  done < <(site_names "$site")
}

# The names that a site answers for, one a line.
site_names() {
  sed -n 's/^ *server_name \(.*\);$/\1/p' -- "$1" 2>/dev/null | tr ' ' '\n' | sort -u
}
