# observe_file_copies PATH prints what lies beside a secret file and looks like a copy of it (.env~, .env.bak, .env.swp); "none" where nothing does.

observe_file_copies() {
  local path=$1 directory name found
  directory=$(dirname -- "$path")
  name=$(basename -- "$path")
  if ! found=$(find "$directory" -maxdepth 1 -type f -name "*${name#.}*" ! -name "$name" -printf '%f\n' 2>/dev/null); then
    printf '%s cannot be read\n' "$directory"
    return 2
  fi
  found=$(grep -v '\.example$' <<<"$found" | sort | paste -sd ' ') || true
  printf '%s\n' "${found:-none}"
}
