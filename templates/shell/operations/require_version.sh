# A tool of the host is at least as new as the specification asks for.
# requires: step report stop observe_command_version

# require_version TOOL VERSION
# One that is too old refuses the deployment before anything is changed; one that is absent may come with the packages.
require_version() {
  local tool=$1 wanted=$2 actual
  if ! actual=$(observe_command_version "$tool"); then
    if surveying; then return 0; fi
    pending missing "$actual" || fail "$actual" "which package provides $tool; the specification asks for $tool $wanted or newer"
  elif dpkg --compare-versions "$actual" ge "$wanted"; then
    if ! surveying; then report_ok "$tool $actual"; fi
  elif surveying; then
    refuse "$tool is $actual here, and the specification asks for $wanted or newer" 'deploy to a release that has it'
  else
    pending stale "$tool is $actual, not $wanted or newer" || fail "$tool is $actual, not $wanted or newer"
  fi
}
