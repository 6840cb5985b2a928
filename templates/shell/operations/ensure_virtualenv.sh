# The application's Python packages are in a virtual environment of its own.
# requires: step report stop ledger as_owner observe_package build_virtualenv risk

# ensure_virtualenv OWNER GROUP PATH [--requirements FILE] [PACKAGE…]
# PATH is a link to an environment that is named by what went into it: a new one is built beside the old one, which the
# running service keeps, and is switched to in one step. FILE is a path in the package's app/; unless another is named,
# requirements.txt counts where the application brings one.
ensure_virtualenv() {
  local owner=$1 group=$2 path=$3 key current target
  shift 3
  if [[ ${1:-} != --requirements && -f $package_directory/app/requirements.txt ]]; then
    set -- --requirements requirements.txt "$@"
  fi
  manage virtualenv "$path"
  if surveying; then
    survey_virtualenv "$path"
    return 0
  fi
  key=$(virtualenv_key "$@")
  current=$(as_owner "$owner" "$group" readlink -- "$path" 2>/dev/null) || current=''
  if [[ $current == "${path##*/}-$key".* && $(virtualenv_content "$path") == "$(ledger_hash virtualenv "$path")" ]]; then
    report_ok "virtual environment $path: $(virtualenv_versions "$path" "$@")"
    return 0
  fi
  if pending "$(virtualenv_drift "$path" "$key" "$current")" "virtual environment $path"; then return 0; fi
  target=$(built_virtualenv "$owner" "$group" "$path" "$key" "$current")
  if [[ -z $target ]]; then
    target=$(build_virtualenv "$owner" "$group" "$path-$key" "$@") || fail 'the virtual environment could not be built' "$run_directory/commands.log"
  fi
  ledger_put virtualenv created "$(virtualenv_content "$target")" "$path"
  as_owner "$owner" "$group" ln -sfn -- "${target##*/}" "$path.specc-new"
  as_owner "$owner" "$group" mv -T -- "$path.specc-new" "$path"
  report_changed "virtual environment $path: $(virtualenv_versions "$path" "$@")"
}

survey_virtualenv() {
  local path=$1
  if [[ -e $path && ! -L $path ]]; then
    refuse "$path is in the way: a virtual environment that was made by hand" 'move it away; it is built anew'
  fi
  if ! ledger_knows virtualenv "$path" && [[ -L $path ]]; then risk adopt "the link $path was not made by this package"; fi
}

# What goes into an environment: the interpreter, the requirements, the wheels.
virtualenv_key() {
  local sum
  sum=$({
    observe_package python3
    printf '%s\n' "$@"
    if [[ ${1:-} == --requirements ]]; then cat -- "$package_directory/app/$2"; fi
    grep -E '^[0-9a-f]+  app/wheels/' "$package_directory/SHA256SUMS" || true
  } | sha256sum)
  printf '%s' "${sum:0:12}"
}

# Names and versions of all installed packages, hashed: shows when somebody installed something by hand.
virtualenv_content() {
  local sum
  sum=$(find "$1/lib" -maxdepth 4 -path '*/site-packages/*' -name '*.dist-info' -printf '%f\n' 2>/dev/null | sort | sha256sum)
  printf '%s' "${sum%% *}"
}

virtualenv_drift() {
  local path=$1 key=$2 current=$3
  if [[ -z $current ]]; then
    printf 'missing'
  elif [[ $current == "${path##*/}-$key".* ]]; then
    printf 'edited'
  else
    printf 'stale'
  fi
}

# The versions of the packages that were asked for; of all of them when a file asks.
virtualenv_versions() {
  local path=$1 name version list=''
  shift
  while IFS=- read -r name version; do
    name=${name//_/-}
    case $name in pip | setuptools | wheel) continue ;; esac
    if [[ ${1:-} == --requirements || " ${*//_/-} " == *" ${name,,}"[\ =\<\>~\[]* ]]; then
      list+="${list:+, }$name ${version%.dist-info}"
    fi
  done < <(find "$path/lib" -follow -maxdepth 4 -path '*/site-packages/*' -name '*.dist-info' -printf '%f\n' 2>/dev/null | sort)
  if ((${#list} > 100)); then list="${list:0:97}…"; fi
  printf '%s' "${list:-no packages}"
}

# Prints a complete environment for KEY that is there already (after a rollback, or an interruption), if there is one.
# The one that is in use and was edited by hand is not taken; all but it are removed, unless they are for KEY.
built_virtualenv() {
  local owner=$1 group=$2 path=$3 key=$4 current=$5 directory
  for directory in "$path"-*; do
    [[ -d $directory && ${directory##*/} != "$current" ]] || continue
    if [[ $directory == "$path-$key".* && -f $directory/.complete ]]; then
      printf '%s' "$directory"
      return 0
    fi
    as_owner "$owner" "$group" rm -rf -- "$directory"
  done
}
