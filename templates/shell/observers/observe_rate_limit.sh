# observe_rate_limit URL BURST RATE makes more requests at once than may be, from an address of its own, and prints 429 where some
# of them were too many. So many may come at once, and so many more in each minute.
# requires: needs proxied_request

# At once means a connection for each. A slow host takes so long to open them that the limit has let all of them in meanwhile, or
# that none gets an answer in time: then there are five times as many, over few connections that stay open. Where the limit lets
# those in, too, because the host is slower than the limit, nothing can be told of it.
observe_rate_limit() {
  local url=$1 burst=$2 rate=$3 count answers='' source times began milliseconds
  needs curl || return
  source=$(proxy_client)
  count=$((2 * burst + 10))
  for times in 1 5; do
    began=${EPOCHREALTIME/[.,]/}
    answers=$(answers_at_once "$url" "$((count * times))" "$source" "$times") || true
    milliseconds=$(((${EPOCHREALTIME/[.,]/} - began) / 1000))
    if [[ $'\n'$answers == *$'\n'429* ]]; then
      printf '429\n'
      return
    fi
  done
  if [[ -z ${answers//[^1-9]/} ]]; then
    printf 'no answer from %s\n' "$url"
    return 1
  fi
  if ((count * times <= burst + rate * milliseconds / 60000)); then
    printf 'this host takes %s ms to answer %s requests: the limit is never reached\n' "$milliseconds" "$((count * times))"
    return 2
  fi
  printf 'none of %s requests at once was refused\n' "$((count * times))"
}

# answers_at_once URL COUNT SOURCE 1|5: the status codes. (More connections at once than 300 curl does not open.)
answers_at_once() {
  local url=$1 count=$2 source=$3
  local -a targets=() how=(--parallel-immediate --parallel-max 300)
  if (($4 > 1)); then how=(--parallel-max 30); fi
  while ((count > 0)); do
    targets+=(--output /dev/null "$url")
    count=$((count - 1))
  done
  curl -q --silent --noproxy '*' --insecure --max-time 13 --interface "$source" --connect-to "::$(proxy_address):" \
    --head --parallel "${how[@]}" --write-out '%{http_code}\n' "${targets[@]}" 2>/dev/null
}
