# http_request METHOD URL CURL-OPTIONS… asks once; where no answer comes it prints why, and returns 1.
# requires: needs

http_request() {
  local method=$1 url=$2 answer status=0
  local -a ask=(--request "$method")
  shift 2
  needs curl || return
  [[ $method != HEAD ]] || ask=(--head)
  # -q: no .curlrc; a proxy from the environment would answer for the service.
  answer=$(curl -q --silent --noproxy '*' --max-time "${HTTP_SECONDS:-5}" --max-filesize 1048576 "${ask[@]}" "$@" -- "$(outside_url "$url")") || status=$?
  if ((status == 0)); then
    printf '%s\n' "$answer"
    return
  fi
  case $status in
    6) printf 'the name in %s does not resolve\n' "$url" ;;
    7) printf 'connection refused: nothing answers at %s\n' "$url" ;;
    28) printf 'no answer from %s within %s s\n' "$url" "${HTTP_SECONDS:-5}" ;;
    35 | 51 | 53 | 54 | 58 | 59 | 60 | 77 | 83 | 90 | 91) printf 'TLS with %s failed (curl %s)\n' "$url" "$status" ;;
    52 | 56) printf 'the connection to %s was closed without an answer\n' "$url" ;;
    63) printf 'the answer of %s is longer than a MiB\n' "$url" ;;
    *) printf 'no answer from %s (curl %s)\n' "$url" "$status" ;;
  esac
  return 1
}

# Seen from a workstation, the service's own host is the one that was named.
outside_url() {
  local url=$1 host=${OPTION_OUTSIDE_HOST-}
  if [[ -n $host && $url =~ ^(https?://)(127\.0\.0\.1|localhost|\[::1\])(.*)$ ]]; then
    [[ $host != *:* ]] || host="[$host]"
    url="${BASH_REMATCH[1]}$host${BASH_REMATCH[3]}"
  fi
  printf '%s\n' "$url"
}
