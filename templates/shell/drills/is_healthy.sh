# is_healthy [METHOD URL STATUS]: whether the health end point answers with that status; without one there is nothing to ask. HEALTH_ANSWER is what came instead.
# requires: http_request

HEALTH_ANSWER=''

is_healthy() {
  (($# > 0)) || return 0
  HEALTH_ANSWER=$(HTTP_SECONDS=2 http_request "$1" "$2" --output /dev/null --write-out '%{http_code}') || return 1
  [[ $HEALTH_ANSWER == "$3" ]]
}
