# begin_moment: from here to end_moment, or to the end of this subshell, the manager, the kernel and sshd are asked each question once.

# Where the answers are kept; empty while nothing is to be kept.
looks_directory=''

# Only for what looks. What an outer moment has seen counts.
begin_moment() {
  MEMORY=${MEMORY:-${looks_directory:+$looks_directory/$EPOCHREALTIME-}}
}

end_moment() {
  MEMORY=''
}

keep_looks() {
  looks_directory=$(mktemp --directory "/run/specc-$SERVICE.XXXXXXXX")
}

drop_looks() {
  if [[ $looks_directory ]]; then rm -rf -- "$looks_directory"; fi
  looks_directory=''
}
