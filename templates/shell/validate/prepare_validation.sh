# prepare_validation sets up what a run needs: colours, a scratch directory, the package's identity. Removes it all at the end.

SCRATCH=''
# Where observers keep what they asked for once: see remembered.
MEMORY=''
PACKAGE=unknown
package_directory=''
GREEN='' RED='' YELLOW='' PLAIN=''

prepare_validation() {
  package_directory=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
  if [[ -f $package_directory/SHA256SUMS ]]; then
    # The name of a package is the hash of its list of hashes.
    PACKAGE=$(sha256sum <"$package_directory/SHA256SUMS")
    PACKAGE=${PACKAGE:0:64}
  fi
  if [[ -t 1 && $OPTION_COLOR == yes && -z ${NO_COLOR-} ]]; then
    GREEN=$'\e[32m' RED=$'\e[31m' YELLOW=$'\e[33m' PLAIN=$'\e[0m'
  fi
  trap remove_traces EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/validate-$SERVICE.XXXXXXXX")
  MEMORY=$SCRATCH/memory-
}

# Functions that leave something on the host for the length of a run have an undo here, which finds nothing to do where nothing was left.
remove_traces() {
  if declare -F close_probe_namespace >/dev/null; then
    close_probe_namespace
  fi
  if [[ -n $SCRATCH ]]; then
    rm -rf -- "$SCRATCH"
  fi
}
