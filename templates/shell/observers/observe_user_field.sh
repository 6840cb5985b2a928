# Observes one property of an account, as the name service has it.

# observe_user_field USER FIELD
#   exists      yes | no
#   shell home  as in the account's entry
#   uid-class   root | system | regular
#   groups      names, sorted, space-separated
#   password    locked | empty | set
observe_user_field() {
  local user=$1 field=$2 entry uid home shell secret
  if ! entry=$(getent passwd -- "$user"); then
    if [[ $field == exists ]]; then
      printf 'no\n'
      return 0
    fi
    printf 'there is no user %s\n' "$user"
    return 1
  fi
  IFS=: read -r _ _ uid _ _ home shell <<<"$entry"
  case $field in
    exists) printf 'yes\n' ;;
    shell) printf '%s\n' "${shell:-/bin/sh}" ;;
    home) printf '%s\n' "$home" ;;
    uid-class)
      if ((uid == 0)); then
        printf 'root\n'
      elif ((uid < 1000)); then
        printf 'system\n'
      else
        printf 'regular\n'
      fi
      ;;
    groups) id -Gn -- "$user" | tr ' ' '\n' | sort | paste -sd ' ' ;;
    password)
      if ! entry=$(getent shadow -- "$user"); then
        printf 'the password field can be read by root only\n'
        return 2
      fi
      IFS=: read -r _ secret _ <<<"$entry"
      case $secret in
        '') printf 'empty\n' ;;
        '!'* | '*'*) printf 'locked\n' ;;
        *) printf 'set\n' ;;
      esac
      ;;
    *)
      printf 'unknown user field %s\n' "$field"
      return 2
      ;;
  esac
}
