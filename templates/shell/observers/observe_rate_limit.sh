# observe_rate_limit URL COUNT makes so many requests at once, from an address of its own, and prints 429 where some of them were too many.
# requires: needs proxied_request

observe_rate_limit() {
  local url=$1 count=$2 answers source
  local -a targets=()
  needs curl || return
  # Any address of 127/8 is this host's: nobody else's requests are counted with these, nor those of an earlier run.
  source=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1))
  while ((count > 0)); do
    targets+=(--output /dev/null "$url")
    count=$((count - 1))
  done
  answers=$(curl -q --silent --noproxy '*' --insecure --max-time 20 --interface "$source" --connect-to "::$(proxy_address):" \
    --head --parallel --parallel-immediate --parallel-max 50 --write-out '%{http_code}\n' "${targets[@]}" 2>/dev/null) || true
  if [[ $'\n'$answers == *$'\n'429* ]]; then
    printf '429\n'
  elif [[ -z ${answers//[^1-9]/} ]]; then
    printf 'no answer from %s\n' "$url"
    return 1
  else
    printf 'none of %s requests at once was refused\n' "$2"
  fi
}
