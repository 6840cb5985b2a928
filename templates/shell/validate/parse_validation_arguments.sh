# parse_validation_arguments: reads the command line into the OPTION_… variables.
# requires: validation_usage

declare -a OPTION_LAYERS=() OPTION_CHECKS=() OPTION_REQUIREMENTS=() OPTION_DRILLS=()
OPTION_FORMAT=text
OPTION_OUTPUT=''
OPTION_FAIL_FAST=no
OPTION_LIST=no
OPTION_TIMEOUT=30
OPTION_OUTSIDE_HOST=''
OPTION_HOST=''
OPTION_AFTER_REBOOT=no
OPTION_COLOR=yes

parse_validation_arguments() {
  local option value
  while (($# > 0)); do
    option=$1
    shift
    case $option in
      --fail-fast) OPTION_FAIL_FAST=yes ;;
      --list) OPTION_LIST=yes ;;
      --after-reboot) OPTION_AFTER_REBOOT=yes ;;
      --no-color) OPTION_COLOR=no ;;
      --help | -h)
        validation_usage
        exit 0
        ;;
      --*=*)
        # --layer=security is the same as --layer security.
        set -- "${option%%=*}" "${option#*=}" "$@"
        ;;
      --layer | --check | --requirement | --format | --output | --timeout | --from-outside | --drill | --host)
        (($# > 0)) || usage_error "$option needs a value"
        value=$1
        shift
        take_option "$option" "$value"
        ;;
      *) usage_error "unknown argument: $option" ;;
    esac
  done
  check_option_combinations
}

take_option() {
  local option=$1 value=$2
  case $option in
    --layer)
      case $value in
        existence | permissions | service | network | security | monitoring | resources | resilience) ;;
        *) usage_error "unknown layer: $value (existence permissions service network security monitoring resources resilience)" ;;
      esac
      OPTION_LAYERS+=("$value")
      ;;
    --check) OPTION_CHECKS+=("$value") ;;
    --requirement) OPTION_REQUIREMENTS+=("$value") ;;
    --drill) OPTION_DRILLS+=("$value") ;;
    --host) OPTION_HOST=$value ;;
    --output) OPTION_OUTPUT=$value ;;
    --format)
      case $value in
        text | tap | json) OPTION_FORMAT=$value ;;
        *) usage_error "unknown format: $value (text, tap or json)" ;;
      esac
      ;;
    --timeout)
      [[ $value =~ ^[1-9][0-9]{0,4}$ ]] || usage_error "--timeout takes a number of seconds, not: $value"
      OPTION_TIMEOUT=$value
      ;;
    --from-outside)
      # The name is handed to curl and ssh: nothing that they could take for an option.
      [[ $value =~ ^[0-9A-Za-z:][0-9A-Za-z.:-]*$ ]] || usage_error "--from-outside takes a host name or an address, not: $value"
      OPTION_OUTSIDE_HOST=$value
      ;;
  esac
}

check_option_combinations() {
  local here
  ((${#OPTION_DRILLS[@]} > 0)) || return 0
  [[ -z $OPTION_OUTSIDE_HOST ]] || usage_error '--drill and --from-outside exclude each other'
  here=$(uname -n)
  [[ -n $OPTION_HOST ]] || usage_error "a drill breaks the service on purpose: repeat with --host NAME (this host is $here)"
  [[ $OPTION_HOST == "$here" ]] || usage_error "this host is $here, not $OPTION_HOST: no drill was run"
}

usage_error() {
  printf '%s\n' "$1" "See: $0 --help" >&2
  exit 2
}
