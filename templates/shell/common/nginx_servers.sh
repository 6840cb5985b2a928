# Tells what nginx reads, and what its processes are.
# requires: main_pid

# nginx_directives NAME: prints "FILE VALUE…" for each directive of that name in the configuration as nginx reads it.
nginx_directives() {
  { nginx -T 2>/dev/null || true; } | awk -v name="$1" '
    /^# configuration file .*:$/ { file = $0; sub(/^# configuration file /, "", file); sub(/:$/, "", file) }
    $1 == name { sub(/^[ \t]*[^ \t]+[ \t]+/, ""); sub(/;.*$/, ""); print file " " $0 }'
}

# default_servers: prints "PORT FILE" for each site that answers for names which no site has.
default_servers() {
  local file address options
  while read -r file address options; do
    if [[ " $options " != *' default_server '* || $address == unix:* ]]; then continue; fi
    address=${address##*:}
    if [[ ! $address =~ ^[0-9]+$ ]]; then address=80; fi
    printf '%s %s\n' "$address" "$file"
  done <<<"$(nginx_directives listen)"
}

# The processes that answer requests; a configuration that nginx takes gets new ones.
nginx_workers() {
  local master children=''
  master=$(main_pid nginx.service) || return 0
  read -r children 2>/dev/null <"/proc/$master/task/$master/children" || true
  printf '%s\n' "$children"
}
