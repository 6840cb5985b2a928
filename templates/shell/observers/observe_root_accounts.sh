# observe_root_accounts prints the names of all accounts with the user ID 0.

observe_root_accounts() {
  getent passwd | awk -F: '$3 == 0 { print $1 }' | sort | paste -sd ' '
}
