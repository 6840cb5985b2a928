# observe_disk_percent PATH prints how full the file system that holds PATH is; where its inodes are scarcer, how full those are.

observe_disk_percent() {
  local blocks='' inodes=''
  if [[ ! -e $1 ]]; then
    printf '%s does not exist\n' "$1"
    return 1
  fi
  {
    read -r _
    read -r blocks inodes
  } < <(df --output=pcent,ipcent -- "$1")
  blocks=${blocks%\%}
  if [[ ! $blocks =~ ^[0-9]+$ ]]; then
    printf 'df does not tell how full the file system of %s is\n' "$1"
    return 2
  fi
  inodes=${inodes%\%}
  # A file system without a fixed number of inodes shows "-".
  [[ $inodes =~ ^[0-9]+$ ]] || inodes=0
  printf '%s\n' "$((blocks > inodes ? blocks : inodes))"
}
