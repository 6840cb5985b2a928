# observe_http METHOD URL prints the status code of the answer, exactly as it came: redirects are not followed, proxies not asked.
# requires: http_request

observe_http() {
  http_request "$1" "$2" --output /dev/null --write-out '%{http_code}\n'
}
