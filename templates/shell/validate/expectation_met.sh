# expectation_met MATCHER EXPECTED OBSERVED compares; MISMATCH says why not, where more than the two values is to be said.

MISMATCH=''

expectation_met() {
  local matcher=$1 expected=$2 observed=$3
  MISMATCH=''
  case $matcher in
    anything) return 0 ;;
    equals) [[ $observed == "$expected" ]] ;;
    one-of) is_word_of "$observed" "$expected" ;;
    contains) [[ $observed == *"$expected"* ]] ;;
    matches) [[ $observed =~ $expected ]] ;;
    at-most) is_number "$observed" && (($(leading_number "$observed") <= $(leading_number "$expected"))) ;;
    at-least) is_number "$observed" && (($(leading_number "$observed") >= $(leading_number "$expected"))) ;;
    empty) [[ -z $observed ]] ;;
    nonempty) [[ -n $observed ]] ;;
    json-subset) json_contains "$observed" "$expected" ;;
    exit-code) exit_status_is "$expected" ;;
    version-at-least) dpkg --compare-versions "$observed" ge "$expected" 2>/dev/null ;;
    *)
      MISMATCH="unknown matcher: $matcher"
      return 1
      ;;
  esac
}

describe_expectation() {
  local index=$1 expected=${CHECK_EXPECTED[$1]} first=${CHECK_FIRST_WORD[$1]} text
  case ${CHECK_MATCHER[index]} in
    anything) text='success' ;;
    equals) text=$expected ;;
    one-of) text="one of: $expected" ;;
    contains) text="text that contains: $expected" ;;
    matches) text="text that matches: $expected" ;;
    at-most) text="at most $expected" ;;
    at-least) text="at least $expected" ;;
    empty) text='nothing' ;;
    nonempty) text='something' ;;
    json-subset) text="JSON that contains $expected" ;;
    exit-code) text="exit status $expected" ;;
    version-at-least) text="version $expected or newer" ;;
  esac
  case ${CHECK_WORDS[first]-} in
    observe_http | observe_http_body) text="${CHECK_WORDS[first + 1]} ${CHECK_WORDS[first + 2]} → $text" ;;
  esac
  printf '%s\n' "$text"
}

is_word_of() {
  [[ -n $1 && " $2 " == *" $1 "* ]]
}

# A whole number, or one with decimals, which are cut off.
is_number() {
  [[ $1 =~ ^-?[0-9]+(\.[0-9]+)?$ ]] && return 0
  MISMATCH='not a number'
  return 1
}

leading_number() {
  local number=${1%%.*} sign=''
  [[ $number != -* ]] || sign=- number=${number#-}
  # Base ten, whatever the number of leading zeros.
  printf '%s\n' "$((${sign}10#$number))"
}

# Every key of the expected object is there with that value, at any depth; more keys do not matter. The items of an expected
# list must each be found.
json_contains() {
  local observed=$1 expected=$2 verdict
  if ! command -v jq >/dev/null; then
    MISMATCH='jq is missing'
    return 1
  fi
  verdict=$(jq --null-input --raw-input --raw-output --arg observed "$observed" --arg expected "$expected" '
    def holds($part):
      if ($part | type) == "object" and type == "object" then
        . as $whole | all($part | keys_unsorted[]; . as $key | ($whole | has($key)) and ($whole[$key] | holds($part[$key])))
      elif ($part | type) == "array" and type == "array" then
        . as $whole | all($part[]; . as $item | any($whole[]; holds($item)))
      else . == $part end;
    ($expected | fromjson) as $part | (try ($observed | fromjson) catch null) as $whole
    | if $whole == null and $part != null then "the answer is not JSON"
      elif ($whole | holds($part)) then "holds" else "differs" end' 2>&1) || true
  case $verdict in
    holds) return 0 ;;
    differs) return 1 ;;
  esac
  MISMATCH=$verdict
  return 1
}

# observe_command leaves the exit status of what it ran in a file.
exit_status_is() {
  local status=''
  read -r status 2>/dev/null <"$SCRATCH/exit-status" || true
  [[ $status == "$1" ]] && return 0
  MISMATCH="exit status ${status:-unknown}"
  return 1
}
