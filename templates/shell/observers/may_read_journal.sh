# may_read_journal: without root or one of these groups journalctl shows another view, and exits 0.

may_read_journal() {
  local groups
  ((EUID != 0)) || return 0
  groups=" $(id -Gn) "
  [[ $groups != *' systemd-journal '* && $groups != *' adm '* ]] || return 0
  printf 'only root and the group systemd-journal can read the journal\n'
  return 2
}
