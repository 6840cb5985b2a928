# Reads the conditions of the SSH server's Match blocks.

# match_criteria [NAME]
# Prints what Match blocks name for a criterion (user, address, localport), one a line; without NAME, the criteria that are used.
match_criteria() {
  awk -v "wanted=${1-}" '
    tolower($1) == "match" {
      gsub(/[="]/, " ")
      for (i = 2; i <= NF; i++) {
        criterion = tolower($i)
        if (criterion == "all" || criterion == "invalid-user") continue
        if (wanted == "") print criterion
        i++
        if (criterion != wanted) continue
        count = split($i, words, ",")
        for (j = 1; j <= count; j++) print words[j]
      }
    }' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null || true
}
