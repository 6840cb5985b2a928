# check, drill and manual write down what there is to prove; nothing runs yet.

# One entry an item, all lists in step. Bash has no lists of lists, so the words of all observers stand in
# one list, and each item knows where its own begin and how many they are.
declare -a CHECK_KIND=() CHECK_NAME=() CHECK_LAYER=() CHECK_TITLE=() CHECK_PROVES=() CHECK_AFTER=()
declare -a CHECK_MATCHER=() CHECK_EXPECTED=() CHECK_TRY=() CHECK_RUNBOOK=() CHECK_NEEDS=() CHECK_OUTSIDE=() CHECK_WHO=()
declare -a CHECK_WORDS=() CHECK_FIRST_WORD=() CHECK_WORD_COUNT=()
declare -A CHECK_INDEX=()

# check ID LAYER TITLE [options] -- OBSERVER ARGUMENTS…
check() {
  register check "$@"
}

# drill NAME TITLE [options] -- FUNCTION ARGUMENTS…: breaks something on purpose; runs only with --drill.
drill() {
  local name=$1 title=$2
  shift 2
  register drill "drill.$name" resilience "$title" "$@"
}

# manual ID LAYER TITLE [options]: what only people can prove; counted, never failed.
manual() {
  register manual "$@"
}

register() {
  local index=${#CHECK_NAME[@]} name=$2
  CHECK_KIND+=("$1") CHECK_NAME+=("$2") CHECK_LAYER+=("$3") CHECK_TITLE+=("$4")
  CHECK_PROVES+=('') CHECK_AFTER+=('') CHECK_MATCHER+=(anything) CHECK_EXPECTED+=('') CHECK_TRY+=('') CHECK_RUNBOOK+=('')
  CHECK_NEEDS+=('') CHECK_OUTSIDE+=('') CHECK_WHO+=('') CHECK_FIRST_WORD+=(0) CHECK_WORD_COUNT+=(0)
  CHECK_INDEX[$name]=$index
  shift 4
  while (($# > 0)); do
    case $1 in
      --proves) CHECK_PROVES[index]=$2 ;;
      --after) CHECK_AFTER[index]=$2 ;;
      --try) CHECK_TRY[index]=$2 ;;
      --runbook) CHECK_RUNBOOK[index]=$2 ;;
      --needs) CHECK_NEEDS[index]=$2 ;;
      --who) CHECK_WHO[index]=$2 ;;
      --outside)
        CHECK_OUTSIDE[index]=yes
        shift
        continue
        ;;
      --expect)
        CHECK_MATCHER[index]=$2
        case $2 in
          empty | nonempty) ;;
          *)
            CHECK_EXPECTED[index]=$3
            shift
            ;;
        esac
        ;;
      --)
        shift
        CHECK_FIRST_WORD[index]=${#CHECK_WORDS[@]}
        CHECK_WORD_COUNT[index]=$#
        CHECK_WORDS+=("$@")
        return
        ;;
      *)
        printf '%s: check %s has an unknown option: %s\n' "$SERVICE" "$name" "$1" >&2
        exit 2
        ;;
    esac
    shift 2
  done
}
