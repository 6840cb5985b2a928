# observe_auditing prints "recording" where the kernel audits and auditd takes what it records, else what is wrong.
# requires: needs

observe_auditing() {
  local status
  needs root auditctl || return
  # Each line: a name and a number.
  status=$(auditctl -s 2>&1) || status="no answer: $status"
  if [[ ! $'\n'$status =~ $'\nenabled '([012]) ]]; then
    printf 'the kernel does not tell about its audit: %s\n' "${status%%$'\n'*}"
    return 2
  elif [[ ${BASH_REMATCH[1]} == 0 ]]; then
    printf 'the audit of the kernel is switched off\n'
  elif [[ ! $'\n'$status =~ $'\npid '[1-9] ]]; then
    printf 'nobody takes what the kernel records: auditd does not run\n'
  else
    printf 'recording\n'
  fi
}
