# observe_proxied_upload URL BYTES prints the status code with which an upload of that size is answered; it is only announced, and nothing of it is sent.
# requires: proxied_request

observe_proxied_upload() {
  proxied_request POST "$1" --header "Content-Length: $2" --header 'Expect: 100-continue' --data-binary '' \
    --output /dev/null --write-out '%{http_code}\n'
}
