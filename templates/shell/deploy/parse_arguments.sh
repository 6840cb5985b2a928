# Reads the command line into `run_mode`, `option` and `accepted_now`.
# requires: usage stop

# What this run is for: apply, check, dry-run, list, confirm, revert-now, rollback or uninstall.
run_mode=apply
declare -A option=(
  [only]='' [app]='' [offline]=no [console]=no [force_platform]=no [wait_lock]=0 [color]=auto
  [package]='' [purge]=no [data]='' [transaction]=''
  # The workstation's side: where to deploy to, how to get there, where to put the evidence.
  [host]='' [ssh_config]='' [evidence]=''
  # For this script's own use when it starts itself again: see run_detached and gate_failed.
  [run]='' [restoring]=no [by_timer]=no [ssh_session]=''
)
declare -a accepted_now=()
# The arguments that --host hands on to the server.
declare -a forwarded=()

parse_arguments() {
  local argument name before
  local -a rest
  while (($# > 0)); do
    argument=$1
    shift
    if [[ $argument == --*=* ]]; then
      set -- "${argument#*=}" "$@"
      argument=${argument%%=*}
    fi
    name=${argument#--}
    name=${name//-/_}
    before=$#
    rest=("$@")
    case $argument in
      --dry-run | --check | --list | --confirm | --uninstall) set_mode "${argument#--}" ;;
      --rollback | --revert-now)
        set_mode "${argument#--}"
        if [[ ${1:-} && $1 != -* ]]; then
          option[package]=$1
          option[transaction]=$1
          shift
        fi
        ;;
      --only | --app | --wait-lock | --data | --run | --ssh-session | --host | --ssh-config | --evidence)
        if (($# == 0)) || [[ -z $1 ]]; then usage_error "$argument needs a value"; fi
        option["$name"]=$1
        shift
        ;;
      --accept)
        if (($# == 0)); then usage_error '--accept needs the name of a risk'; fi
        if [[ ! $1 =~ ^[a-z-]+$ ]]; then usage_error "--accept $1: names of risks are lower-case words"; fi
        accepted_now+=("$1")
        shift
        ;;
      --offline | --console | --force-platform | --purge | --restoring | --by-timer) option["$name"]=yes ;;
      --no-color) option[color]=no ;;
      --color) option[color]=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) usage_error "unknown option $argument" ;;
    esac
    case $argument in
      --host | --ssh-config | --evidence | --app | --no-color | --color) ;;
      *) forwarded+=("$argument" "${rest[@]:0:before-$#}") ;;
    esac
  done
  if [[ -z ${option[host]} && ${option[ssh_config]}${option[evidence]} ]]; then usage_error '--ssh-config and --evidence belong to --host'; fi
  if [[ ${option[host]} == -* ]]; then usage_error "--host ${option[host]}: a server, as ssh takes it"; fi
  if [[ ! ${option[wait_lock]} =~ ^[0-9]{1,6}$ ]]; then usage_error '--wait-lock needs a number of seconds'; fi
  if [[ $run_mode != uninstall && ${option[purge]}${option[data]} != no ]]; then
    usage_error '--purge and --data belong to --uninstall'
  fi
  if [[ ${option[data]} && ${option[purge]} == no ]]; then usage_error '--data belongs to --uninstall --purge'; fi
  if [[ ${option[data]} && ${option[data]} != "$SERVICE" ]]; then
    usage_error "--data must name this service: --data=$SERVICE"
  fi
}

set_mode() {
  if [[ $run_mode != apply && $run_mode != "$1" ]]; then usage_error "--$run_mode and --$1 exclude each other"; fi
  run_mode=$1
}

usage_error() {
  printf 'deploy.sh: %s\nTry: deploy.sh --help\n' "$1" >&2
  exit 2
}
