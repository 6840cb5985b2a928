# How fast requests are answered that are made one after the other, from this host.
# requires: needs http_request

# observe_response_time METHOD URL STATUS COUNT STATISTIC
# STATUS is the one that answers must have, or "any" for whatever is no error. Prints milliseconds: the mean, or the time within which
# STATISTIC percent of COUNT requests are answered.
observe_response_time() {
  local method=$1 url=$2 expected=$3 count=$4 statistic=$5 asked answers code time
  local -a ask=(--request "$method") targets=() times=()
  needs curl || return
  [[ $method != HEAD ]] || ask=(--head)
  asked=$(outside_url "$url")
  # One more: the first may wake something up, and is not counted.
  while ((${#targets[@]} < 3 * (count + 1))); do
    targets+=(--output /dev/null "$asked")
  done
  answers=$(curl -q --silent --noproxy '*' --max-time 5 "${ask[@]}" --write-out '%{http_code} %{time_total}\n' "${targets[@]}") || true
  while read -r code time; do
    if [[ $code != "$expected" && ! ($expected == any && $code == [23]??) ]]; then
      printf '%s\n' "$(unmeasured "$code") at $url"
      return 1
    fi
    if [[ ! $time =~ ^([0-9]{1,6})\.([0-9]{6})$ ]]; then
      printf 'curl does not tell how long a request took\n'
      return 2
    fi
    times+=("$((10#${BASH_REMATCH[1]} * 1000000 + 10#${BASH_REMATCH[2]}))")
  done <<<"$answers"
  if ((${#times[@]} != count + 1)); then
    printf 'curl made %s requests instead of %s\n' "${#times[@]}" "$((count + 1))"
    return 2
  fi
  time=$(statistic_of "$statistic" "${times[@]:1}") || return
  in_milliseconds "$time"
}

unmeasured() {
  case $1 in
    000 | '') printf 'a request is not answered\n' ;;
    *) printf 'a request is answered with %s\n' "$1" ;;
  esac
}

# statistic_of mean|PERCENT NUMBER…: the mean, or the number that so many percent of the numbers do not exceed.
statistic_of() {
  local statistic=$1 sum=0 number tenths rank
  local -a sorted
  shift
  if [[ $statistic == mean ]]; then
    for number; do
      sum=$((sum + number))
    done
    printf '%s\n' "$((sum / $#))"
    return
  fi
  [[ $statistic =~ ^([0-9]{1,3})(\.([0-9]))?$ ]] || return 2
  tenths=$((10#${BASH_REMATCH[1]} * 10 + 10#${BASH_REMATCH[3]:-0}))
  mapfile -t sorted < <(printf '%s\n' "$@" | sort -n)
  rank=$(((tenths * $# + 999) / 1000))
  printf '%s\n' "${sorted[rank - 1]}"
}

# in_milliseconds MICROSECONDS
in_milliseconds() {
  printf '%d.%03d\n' "$(($1 / 1000))" "$(($1 % 1000))"
}
