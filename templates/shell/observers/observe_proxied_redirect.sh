# observe_proxied_redirect URL prints the status code of the answer and where it leads: "301 https://example.org/path".
# requires: proxied_request

observe_proxied_redirect() {
  proxied_request GET "$1" --output /dev/null --write-out '%{http_code} %{redirect_url}\n'
}
