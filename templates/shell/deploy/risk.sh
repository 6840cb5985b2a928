# Notes a risk: something on this host that is not ours and would suffer. It needs an --accept.
# requires: judge_risks

# risk NAME TEXT
risk() {
  local entry=$1$'\t'$2 known
  for known in "${risks[@]}"; do
    if [[ $known == "$entry" ]]; then return 0; fi
  done
  risks+=("$entry")
}
