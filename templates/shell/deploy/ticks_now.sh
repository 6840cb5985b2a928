# The clock that nobody sets.

# ticks_now prints the present moment, in clock ticks since boot.
ticks_now() {
  local seconds hundredths
  IFS='. ' read -r seconds hundredths _ </proc/uptime
  printf '%s' "$((seconds * 100 + 10#$hundredths))"
}
