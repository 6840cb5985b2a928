# Compares a JSON answer with the part of it that is asked for.

# json_covers ANSWER SUBSET
# Objects may have further keys; all else must be equal. (jq's own `contains` would take "unhealthy" for "healthy".)
json_covers() {
  jq --exit-status --null-input --argjson answer "$1" --argjson subset "$2" "
    def covers(\$part):
      . as \$whole
      | if (\$part | type) == \"object\" and (type == \"object\")
        then all(\$part | keys[]; . as \$key | (\$whole | has(\$key)) and (\$whole[\$key] | covers(\$part[\$key])))
        else . == \$part end;
    \$answer | covers(\$subset)" >/dev/null 2>&1
}
