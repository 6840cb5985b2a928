# observe_proxied METHOD URL prints the status code of the answer that comes through the proxy.
# requires: proxied_request

observe_proxied() {
  proxied_request "$1" "$2" --output /dev/null --write-out '%{http_code}\n'
}
