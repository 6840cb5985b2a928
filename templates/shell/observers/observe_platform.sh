# Observes which distribution release this is.

# observe_platform
# Prints e.g. debian:12. The file is read, never sourced.
observe_platform() {
  local key value id='' version=''
  if [[ ! -r /etc/os-release ]]; then
    printf '/etc/os-release does not exist\n'
    return 1
  fi
  while IFS='=' read -r key value; do
    value=${value#[\"\']}
    value=${value%[\"\']}
    case $key in
      ID) id=$value ;;
      VERSION_ID) version=$value ;;
    esac
  done </etc/os-release
  printf '%s:%s\n' "$id" "$version"
}
