# observe_http_body METHOD URL prints the body of the answer, whatever its status code.
# requires: http_request

observe_http_body() {
  http_request "$1" "$2"
}
