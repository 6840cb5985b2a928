# Tells which firewall rules the other packages of ours on this host ask for.

# A file a service: what its package asks for. Another package's "only" counts these in.
readonly FIREWALL_RULES_DIRECTORY=${STATE_DIRECTORY%/*}/firewall-rules

# Prints one rule a line: "8000/tcp", "5432/tcp from 10.0.0.0/8".
rules_of_other_services() {
  local file
  for file in "$FIREWALL_RULES_DIRECTORY"/*; do
    if [[ -f $file && ${file##*/} != "$SERVICE" ]]; then sed '/^$/d' -- "$file"; fi
  done
}
