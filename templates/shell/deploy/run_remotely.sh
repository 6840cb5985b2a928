# --host: from a workstation, over plain OpenSSH. The server does what it does for an operator who logged in; nothing stays running there.
# requires: stop report verify_package

# Where the package was put on the server.
remote_place=''

# Ships the package, runs it, confirms through a new connection, validates there and from here, and fetches the evidence.
run_remotely() {
  local status=0
  package_hash=$(hash_of_package "$package_directory")
  verify_package "$package_directory"
  trap remove_remote_place EXIT
  ship_package
  deploy_there || status=$?
  if ((status == 5)); then
    status=0
    remote_as_root "$remote_place/package/deploy.sh" --confirm || status=$?
  fi
  if ((status == 0)) && [[ $run_mode == apply || $run_mode == rollback ]]; then
    validate_there || status=$?
    validate_from_here || status=$?
  fi
  remove_remote_place
  trap - ERR EXIT
  exit "$status"
}

# Every call is a connection of its own: one that is shared with an earlier session would prove nothing.
remote() {
  local -a options=(-o ControlMaster=no -o ControlPath=none -o ServerAliveInterval=15 -o BatchMode=yes)
  if [[ ${option[ssh_config]} ]]; then options+=(-F "${option[ssh_config]}"); fi
  ssh "${options[@]}" -- "${option[host]}" "$1"
}

# remote_as_root WORD…: each word is quoted for the shell on the other side.
remote_as_root() {
  local line='' word
  for word in "$@"; do line+=" ${word@Q}"; done
  # Words, not "bash -c": sudo rules that allow the script alone are enough.
  remote "if [ \"\$(id -u)\" -eq 0 ]; then exec bash -p$line; else exec sudo -n bash -p$line; fi"
}

# Into a directory that only the account that logs in can enter. On the server the package is staged and verified once more.
ship_package() {
  remote_place=$(remote 'umask 077 && mktemp -d') || refuse "no SSH connection to ${option[host]}" "ssh ${option[host]} true"
  if [[ $remote_place != /*/* || $remote_place == *[!A-Za-z0-9/._-]* ]]; then
    remote_place=''
    refuse "${option[host]} prints something when one logs in, so it cannot be scripted" 'make its shell profile silent for non-interactive sessions'
  fi
  send "$package_directory" "$remote_place/package"
  if [[ ${option[app]} ]]; then send "${option[app]}" "$remote_place/app"; fi
}

# send DIRECTORY PLACE
send() {
  tar --create --directory="$1" --owner=0 --group=0 . |
    remote "umask 077 && mkdir ${2@Q} && tar --extract --directory=${2@Q} --no-same-owner" ||
    refuse "$1 could not be copied to ${option[host]}" 'look at the free space there'
}

# The deployment goes on when the connection is lost. Running it once more waits for it, finds its work done, and tells how it stands.
deploy_there() {
  local status=0 tries
  local -a words=("$remote_place/package/deploy.sh" "${forwarded[@]}")
  if [[ ${option[app]} ]]; then words+=(--app "$remote_place/app"); fi
  if [[ $green ]]; then words+=(--color); else words+=(--no-color); fi
  remote_as_root "${words[@]}" || status=$?
  for ((tries = 1; status == 255 && tries <= 5; tries++)); do
    printf '\nThe connection was lost. Looking again.\n\n'
    sleep "$((3 * tries))"
    status=0
    remote_as_root "${words[@]}" --wait-lock 900 || status=$?
  done
  return "$status"
}

validate_there() {
  local file
  file=$(evidence_file server)
  remote_as_root "$remote_place/package/validate-deployment.sh" --format json >"$file"
  report_evidence "$file" "$?" 'on the server'
}

# What a client meets: ports, certificates, the ways to log in. Needs no rights here.
validate_from_here() {
  local file address
  file=$(evidence_file outside)
  address=$(ssh -G ${option[ssh_config]:+-F "${option[ssh_config]}"} -- "${option[host]}" | sed -n 's/^hostname //p')
  /bin/bash -p "$package_directory/validate-deployment.sh" --from-outside "$address" --format json >"$file"
  report_evidence "$file" "$?" 'from here'
}

evidence_file() {
  local directory=${option[evidence]:-.}
  # A package holds its own files only: with another one in it, it would be refused from now on.
  if [[ -z ${option[evidence]} && $(pwd -P)/ == "$package_directory"/* ]]; then directory=$package_directory/..; fi
  mkdir -p -- "$directory"
  printf '%s/%s-%s-%s.json' "$directory" "$SERVICE" "${package_hash:0:8}" "$1"
}

# report_evidence FILE STATUS WHERE
report_evidence() {
  local file=$1 status=$2 where=$3 summary
  summary=$(tail -n 1 -- "$file" | grep -Eo '"(pass|fail|skip|manual)": [0-9]+' | tr -d '":' | paste -sd , | sed 's/,/, /g')
  printf '%svalidated %s%s: %s (%s)\n' "$bold" "$where" "$plain" "${summary:-nothing}" "$file"
  return "$status"
}

remove_remote_place() {
  if [[ $remote_place ]]; then remote "rm -rf -- ${remote_place@Q}" || true; fi
  remote_place=''
}
