# Builds a Python virtual environment without root's rights.
# requires: stop as_owner run_logged

# build_virtualenv OWNER GROUP PREFIX [--requirements FILE] [PACKAGE…]
# Prints the directory PREFIX.XXXXXX. Only wheels are installed: nobody's set-up code runs. Where the package brings wheels,
# nothing is fetched. For a tree of root's, an account that exists only while building does it, and root copies the result.
build_virtualenv() {
  local owner=$1 group=$2 prefix=$3 target
  shift 3
  local requested=$#
  local -a install=(-m pip install --quiet --no-input --disable-pip-version-check --no-cache-dir --only-binary :all:)
  local -a sandbox=(--property=ProtectSystem=strict --property=PrivateTmp=yes --property=NoNewPrivileges=yes --property=UMask=0022)
  if [[ -d $package_directory/app ]]; then
    sandbox+=(--property=TemporaryFileSystem=/mnt:ro --property=BindReadOnlyPaths="$package_directory/app:/mnt/app")
  fi
  if [[ -d $package_directory/app/wheels ]]; then
    install+=(--no-index --find-links /mnt/app/wheels)
    sandbox+=(--property=PrivateNetwork=yes)
  elif [[ ${option[offline]} == yes ]]; then
    printf '      | there are no wheels in app/wheels/, and --offline forbids to fetch them\n' >&2
    return 1
  fi
  if [[ ${1:-} == --requirements ]]; then
    install+=(-r "/mnt/app/$2")
    shift 2
  fi
  install+=("$@")
  target=$(as_owner "$owner" "$group" mktemp --directory "$prefix.XXXXXX")
  as_owner "$owner" "$group" chmod 0755 -- "$target"
  if [[ $owner == root ]]; then
    build_as_passing_account "$target" || return 1
    if [[ $group != root ]]; then chgrp -R -- "$group" "$target"; fi
  else
    sandbox+=(--property=User="$owner" --property=Group="$group" --property=ReadWritePaths="$target")
    build_in_sandbox "$target" || return 1
  fi
  # Complete is what is on the disk: after a power cut an environment of empty files would be taken for a good one.
  sync --file-system "$target"
  as_owner "$owner" "$group" touch -- "$target/.complete"
  printf '%s' "$target"
}

# Nobody knows beforehand what number that account has; and a state directory of systemd's cannot be bound to another place: from
# version 257 on its owner is mapped. So everybody may write into the inner directory, and nobody gets through the outer one.
build_as_passing_account() {
  local target=$1 outer=$STATE_DIRECTORY/build
  # Of a build that was killed.
  rm -rf -- "$outer"
  install -d -m 0700 -- "$outer"
  install -d -m 0777 -- "$outer/inner"
  sandbox+=(--property=DynamicUser=yes --property=BindPaths="$outer/inner:$target")
  if ! build_in_sandbox "$target"; then
    rm -rf -- "$outer"
    return 1
  fi
  (
    umask 022
    tar --create --directory="$outer/inner" . | tar --extract --directory="$target" --no-same-owner --no-same-permissions
  )
  rm -rf -- "$outer"
}

# Messages go to standard error: standard output is the caller's result. One unit does all: the next would have another account.
build_in_sandbox() {
  local target=$1
  local -a runner=(systemd-run --quiet --pipe --wait --collect --service-type=exec "${sandbox[@]}")
  if ((requested == 0)); then install=(); fi
  # shellcheck disable=SC2016 # the inner shell expands it
  run_logged "${runner[@]}" /bin/sh -c 'target=$1 && shift && /usr/bin/python3 -m venv "$target" && { [ $# = 0 ] || "$target/bin/python" "$@"; }' \
    sh "$target" "${install[@]}" >&2
}
