# observe_with_limit SECONDS OBSERVER ARGUMENTS… runs an observer within a time limit: OBSERVATION says how it ended, OBSERVED what it saw.

# OBSERVATION: observed (a value), broken (the thing is absent or out of order), uncheckable (not here, not by this user).
OBSERVATION=''
OBSERVED=''
# More of an observed value than this is never of use in a report.
readonly OBSERVED_LIMIT=65536

observe_with_limit() {
  local limit=$1 stream pid status
  shift
  : >"$SCRATCH/observed"
  : >"$SCRATCH/status"
  : >"$SCRATCH/complaint"
  # The observer writes into files; the pipe only tells, by closing, that it has ended. Errexit is off: an
  # observer handles its failures itself, and one that does not must cost its own result only.
  exec {stream}< <(
    set +e
    # It tells itself how it ended: of a substitution that ends at once Bash 5.2 at times does not know.
    trap 'printf "%s\n" "$?" >"$SCRATCH/status"' EXIT
    "$@" >"$SCRATCH/observed" 2>"$SCRATCH/complaint" </dev/null
    # Not the last command: Bash would let that one take its place, and close the pipe before its end.
    exit "$?"
  )
  pid=$!
  if await_end "$stream" "$limit"; then
    wait "$pid" || true
    IFS= read -r status <"$SCRATCH/status" || status=unknown
  else
    kill_with_children "$pid"
    status=timeout
  fi
  exec {stream}<&-
  read_observation "$status" "$limit"
}

# read ends with status 1 at the end of the stream, and above 128 when the time is over.
await_end() {
  local stream=$1 limit=$2 rest status=0
  IFS= read -r -d '' -t "$limit" -u "$stream" rest || status=$?
  : "$rest"
  ((status <= 128))
}

read_observation() {
  local status=$1 limit=$2 complaint=''
  IFS= read -r -d '' -n "$OBSERVED_LIMIT" OBSERVED <"$SCRATCH/observed" || true
  IFS= read -r complaint <"$SCRATCH/complaint" || true
  while [[ $OBSERVED == *$'\n' ]]; do
    OBSERVED=${OBSERVED%$'\n'}
  done
  case $status in
    0) OBSERVATION=observed ;;
    1)
      OBSERVATION=broken
      OBSERVED=${OBSERVED:-${complaint:-nothing could be observed}}
      ;;
    2)
      OBSERVATION=uncheckable
      OBSERVED=${OBSERVED:-${complaint:-cannot be checked here}}
      ;;
    timeout)
      OBSERVATION=broken
      OBSERVED="no answer within $limit s"
      ;;
    *)
      # Not the thing is broken but the look at it: nothing is proven, in either direction.
      OBSERVATION=uncheckable
      OBSERVED="the observer itself failed (exit status $status)${complaint:+: $complaint}"
      ;;
  esac
}

kill_with_children() {
  local pid=$1 child children=''
  read -r children 2>/dev/null <"/proc/$pid/task/$pid/children" || true
  kill -KILL "$pid" 2>/dev/null || true
  for child in $children; do
    kill_with_children "$child"
  done
}
