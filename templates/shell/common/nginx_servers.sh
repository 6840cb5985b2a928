# Tells what nginx reads, and what its processes are.
# requires: main_pid

# nginx_directives NAME: prints "FILE VALUE…" for each directive of that name in the configuration as nginx reads it; fails
# where nginx does not take it.
nginx_directives() {
  local configuration
  configuration=$(nginx -T 2>/dev/null) || return 1
  awk -v name="$1" '
    /^# configuration file .*:$/ { file = $0; sub(/^# configuration file /, "", file); sub(/:$/, "", file) }
    $1 == name { sub(/^[ \t]*[^ \t]+[ \t]+/, ""); sub(/;.*$/, ""); print file " " $0 }' <<<"$configuration"
}

# default_servers: prints "PORT FILE" for each site that answers for names which no site has; fails where nobody can tell.
default_servers() {
  local listens file address options
  listens=$(nginx_directives listen) || return 1
  while read -r file address options; do
    if [[ " $options " != *' default_server '* || $address == unix:* ]]; then continue; fi
    address=${address##*:}
    if [[ ! $address =~ ^[0-9]+$ ]]; then address=80; fi
    printf '%s %s\n' "$address" "$file"
  done <<<"$listens"
}

# The processes that answer requests; a configuration that nginx takes gets new ones.
nginx_workers() {
  local master children=''
  master=$(main_pid nginx.service) || return 0
  read -r children 2>/dev/null <"/proc/$master/task/$master/children" || true
  printf '%s\n' "$children"
}
