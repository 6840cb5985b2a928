# Reads the conditions of the SSH server's Match blocks.
# requires: remembered ask_sshd

# match_criteria [NAME]
# Prints what Match blocks name for a criterion (user, address, localport), one a line; without NAME, the criteria that are used.
# sshd itself tells of each block that it reads, wherever it is included from: "checking syntax for 'Match User ann'".
match_criteria() {
  remembered sshd-match-blocks ask_sshd -t -ddd | sed -n "s/.*checking syntax for 'Match \(.*\)'.*/\1/p" | awk -v "wanted=${1-}" '
    {
      gsub(/[="\047]/, " ")
      for (i = 1; i <= NF && $i !~ /^#/; i++) {
        criterion = tolower($i)
        if (criterion == "all" || criterion == "invalid-user") continue
        if (wanted == "") print criterion
        i++
        if (criterion != wanted) continue
        count = split($i, words, ",")
        for (j = 1; j <= count; j++) print words[j]
      }
    }'
}
