# Observes one property of a file or directory, without following a link at its end.
# requires: untrusted_parent

# observe_file_field PATH FIELD
#   type              file | directory | link | other
#   mode              four octal digits
#   owner             user:group
#   size              in bytes
#   rights            mode and owner, as above, with a space between
#   acl               none | present
#   content-hash      SHA-256 of the content
#   writable-parents  the first parent directory that somebody other than root can write, or none
observe_file_field() {
  local path=$1 field=$2 value
  if [[ ! -e $path && ! -L $path ]]; then
    printf '%s does not exist\n' "$path"
    return 1
  fi
  case $field in
    type)
      if [[ -L $path ]]; then
        value='link'
      elif [[ -f $path ]]; then
        value='file'
      elif [[ -d $path ]]; then
        value='directory'
      else
        value='other'
      fi
      ;;
    mode) value=$(stat -c '%04a' -- "$path") || return 2 ;;
    owner) value=$(stat -c '%U:%G' -- "$path") || return 2 ;;
    size) value=$(stat -c '%s' -- "$path") || return 2 ;;
    rights) value=$(stat -c '%04a %U:%G' -- "$path") || return 2 ;;
    acl)
      # The eleventh character of a long listing is "+" when there are more rights than the mode shows.
      value=$(ls -ld -- "$path") || return 2
      if [[ ${value:10:1} == '+' ]]; then value=present; else value=none; fi
      ;;
    content-hash)
      if [[ -L $path || ! -f $path ]]; then
        printf '%s is not a regular file\n' "$path"
        return 1
      fi
      if [[ ! -r $path ]]; then
        printf '%s can be read by root only\n' "$path"
        return 2
      fi
      value=$(sha256sum <"$path") || return 2
      value=${value%% *}
      ;;
    writable-parents) value=$(untrusted_parent "$path") ;;
    *)
      printf 'unknown file field %s\n' "$field"
      return 2
      ;;
  esac
  printf '%s\n' "$value"
}
