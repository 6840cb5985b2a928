# Copies the package to where only root can change it, and verifies it there.
# requires: stop verify_package

staged_package=''

# Sets staged_package. What is run from now on can no longer be changed by the account that shipped it.
stage_package() {
  local packages=$STATE_DIRECTORY/packages new
  install -d -m 0755 -o root -g root "${STATE_DIRECTORY%/*}"
  install -d -m 0700 -o root -g root "$STATE_DIRECTORY" "$packages" "$STATE_DIRECTORY/runs"
  if [[ $package_directory == "$packages"/* && -z ${option[app]} ]]; then
    staged_package=$package_directory
    return 0
  fi
  staged_package=$packages/${package_hash:0:16}
  # Most likely it is what `current` leads to: it is left in peace.
  if [[ -z ${option[app]} && $package_hash ]] && is_whole_package "$staged_package" "$package_hash"; then return 0; fi
  new=$(mktemp --directory "$packages/.new.XXXXXX")
  cp -R --no-dereference -- "$package_directory/." "$new"
  if [[ ${option[app]} ]]; then stage_application "$new"; fi
  # The content may be read by the accounts that it is given to; the directory above lets nobody pass.
  chmod -R u=rwX,go=rX -- "$new"
  verify_package "$new"
  package_hash=$(hash_of_package "$new")
  staged_package=$packages/${package_hash:0:16}
  if is_whole_package "$staged_package" "$package_hash"; then
    rm -rf -- "$new"
    return 0
  fi
  if [[ -d $staged_package ]]; then rm -rf -- "$staged_package"; fi
  mv -T -- "$new" "$staged_package"
  sync --file-system "$staged_package"
}

# The application of --app becomes part of the staged package, under the package's checksums.
stage_application() {
  local package=$1
  require_application
  rm -rf -- "$package/app"
  cp -R --no-dereference -- "${option[app]}/." "$package/app"
  find "$package/app" -type d \( -name .git -o -name __pycache__ \) -prune -exec rm -rf {} +
  sums_with_application "$package" >"$package.sums"
  mv -- "$package.sums" "$package/SHA256SUMS"
}

# For --check and --dry-run, which write nothing: the package as it would be staged, made of links, in this run's own place.
view_package() {
  local view=$looks_directory/package
  if [[ -z ${option[app]} ]]; then return 0; fi
  require_application
  mkdir -- "$view"
  ln -s -- "$package_directory"/* "$view"
  ln -sfn -- "$(cd -- "${option[app]}" && pwd -P)" "$view/app"
  sums_with_application "$view" >"$view.sums"
  mv -- "$view.sums" "$view/SHA256SUMS"
  package_directory=$view
  package_hash=$(hash_of_package "$view")
}

require_application() {
  local odd
  if [[ ! -d ${option[app]} ]]; then refuse "--app: ${option[app]} is not a directory"; fi
  odd=$(find "${option[app]}/" ! -type d ! -type f -print -quit)
  if [[ $odd ]]; then refuse "--app: $odd is neither a file nor a directory"; fi
}

# sums_with_application PACKAGE: its checksums, with those of the application that lies in its app/ now.
sums_with_application() (
  cd -- "$1"
  grep -v '^[0-9a-f]*  app/' SHA256SUMS
  find app/ -type d \( -name .git -o -name __pycache__ \) -prune -o -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum
)
