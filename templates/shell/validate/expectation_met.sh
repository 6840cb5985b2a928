# expectation_met MATCHER EXPECTED OBSERVED compares; MISMATCH says why not, where more than the two values is to be said.
# requires: json_covers

MISMATCH=''
EXPECTATION=''

expectation_met() {
  local matcher=$1 expected=$2 observed=$3
  MISMATCH=''
  case $matcher in
    anything) return 0 ;;
    equals) [[ $observed == "$expected" ]] ;;
    one-of) is_word_of "$observed" "$expected" ;;
    contains) [[ $observed == *"$expected"* ]] ;;
    matches) [[ $observed =~ $expected ]] ;;
    at-most) is_number "$observed" && (($(thousandths "$observed") <= $(thousandths "$expected"))) ;;
    at-least) is_number "$observed" && (($(thousandths "$observed") >= $(thousandths "$expected"))) ;;
    empty) [[ -z $observed ]] ;;
    nonempty) [[ -n $observed ]] ;;
    json-subset) json_contains "$observed" "$expected" ;;
    exit-code) exit_status_is "$expected" ;;
    # To dpkg a word ("absent") is newer than any number.
    version-at-least) [[ $observed == [0-9]* ]] && dpkg --compare-versions "$observed" ge "$expected" 2>/dev/null ;;
    *)
      MISMATCH="unknown matcher: $matcher"
      return 1
      ;;
  esac
}

# describe_expectation INDEX says in EXPECTATION what would have been right.
describe_expectation() {
  local index=$1 expected=${CHECK_EXPECTED[$1]} first=${CHECK_FIRST_WORD[$1]} text=''
  EXPECTATION=''
  [[ ${CHECK_KIND[index]} != manual ]] || return 0
  case ${CHECK_MATCHER[index]} in
    # A drill's title says what has to happen.
    anything) text=${CHECK_TITLE[index]} ;;
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
  EXPECTATION=$text
}

is_word_of() {
  [[ -n $1 && $1 != *' '* && " $2 " == *" $1 "* ]]
}

# Of no more digits than Bash can count a thousand times of: beyond that, much would look like little.
is_number() {
  [[ $1 =~ ^-?[0-9]{1,15}(\.[0-9]+)?$ ]] && return 0
  MISMATCH='not a number that can be compared'
  return 1
}

# Bash counts in whole numbers only: 1.4 becomes 1400.
thousandths() {
  local sign='' whole=${1#-} decimals=000
  [[ $1 != -* ]] || sign=-
  if [[ $whole == *.* ]]; then
    decimals=${whole#*.}000
    whole=${whole%%.*}
  fi
  # Base ten, whatever the number of leading zeros.
  printf '%s\n' "$((${sign}10#$whole${decimals:0:3}))"
}

json_contains() {
  if ! command -v jq >/dev/null; then
    MISMATCH='jq is missing'
    return 1
  fi
  json_covers "$1" "$2" && return 0
  jq --null-input --argjson answer "$1" '$answer' >/dev/null 2>&1 || MISMATCH='the answer is not JSON'
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
