# observe_metrics URL prints prometheus, or what of the answer is not Prometheus' text format (exposition format 0.0.4).
# requires: http_request

observe_metrics() {
  local body
  body=$(http_request GET "$1") || {
    printf '%s\n' "$body"
    return 1
  }
  awk '
    /^[ \t]*(#.*)?\r?$/ { next }
    # A name, labels, a value, and perhaps a time.
    /^[ \t]*[a-zA-Z_:][a-zA-Z0-9_:]*[ \t]*([{].*[}])?[ \t]+([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?[Ii]nf|NaN)([ \t]+-?[0-9]+)?[ \t]*\r?$/ {
      metrics++
      next
    }
    { print "line " NR " is no metric: " substr($0, 1, 60); wrong = 1; exit }
    END { if (!wrong) print (metrics ? "prometheus" : "no metric is in it") }' <<<"$body"
}
