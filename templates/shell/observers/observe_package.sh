# Observes the installed version of a distribution package.

# observe_package NAME
# Prints the version, or "absent". A package that was removed but left its configuration is absent.
observe_package() {
  local entry
  entry=$(dpkg-query --show --showformat='${db:Status-Abbrev}\t${Version}\n' -- "$1" 2>/dev/null) || true
  entry=${entry%%$'\n'*}
  if [[ $entry == ?i[[:space:]]* ]]; then
    printf '%s\n' "${entry#*$'\t'}"
  else
    printf 'absent\n'
  fi
}
