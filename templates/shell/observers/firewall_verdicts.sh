# firewall_verdicts FAMILY QUESTION…: walks the kernel's filter rules as a new connection from outside would, and prints the answer.
# requires: filter_rules

# The questions; FAMILY is 4 or 6:
#   open ALLOWED…            ports that are let in beyond the allowed ones: "5432/tcp 6000-6010/udp from 10.0.0.0/8", or nothing;
#                            "5432/tcp by NAT" is redirected before the filter's input rules see it, as container engines do
#   redirected ALLOWED…      of these only the ports that are redirected
#   allowed PORT/PROTO FROM  yes or no; FROM is an address or network, or "anywhere"
#   policy                   allow or deny: what happens to a port that no rule names
# A rule that depends on what cannot be known here (an interface, a set, a mark) counts as matching where that makes "open" larger,
# and as not matching where it would make "allowed" true: both answers err on the safe side.
firewall_verdicts() {
  local family=$1 rules
  shift
  rules=$(filter_rules "$family") || {
    local status=$?
    printf '%s\n' "$rules"
    return "$status"
  }
  # In awk, because a walk visits every rule for every range of ports. An address is a string of bits: a network holds it if the one begins with the other.
  awk -v family="$family" -v question="$1" -v arguments="${*:2}" '
    function hexadecimal_bits(word,    i, value, bits, bit) {
      bits = ""
      while (length(word) < 4) word = "0" word
      for (i = 1; i <= 4; i++) {
        value = index("0123456789abcdef", tolower(substr(word, i, 1))) - 1
        for (bit = 8; bit >= 1; bit /= 2) {
          if (value >= bit) { bits = bits "1"; value -= bit } else bits = bits "0"
        }
      }
      return bits
    }
    function decimal_bits(number,    bits, bit) {
      bits = ""
      for (bit = 128; bit >= 1; bit /= 2) {
        if (number >= bit) { bits = bits "1"; number -= bit } else bits = bits "0"
      }
      return bits
    }
    function network_bits(text,    parts, prefix, halves, left, right, n, m, i, bits, words) {
      prefix = split(text, parts, "/") > 1 ? parts[2] : (family == 4 ? 32 : 128)
      bits = ""
      if (family == 4) {
        split(parts[1], words, ".")
        for (i = 1; i <= 4; i++) bits = bits decimal_bits(words[i] + 0)
        if (prefix ~ /\./) prefix = mask_length(prefix)
      } else {
        n = m = 0
        split(parts[1], halves, "::")
        if (halves[1] != "") n = split(halves[1], left, ":")
        if (halves[2] != "") m = split(halves[2], right, ":")
        for (i = 1; i <= n; i++) bits = bits hexadecimal_bits(left[i])
        for (i = n + m; i < 8; i++) bits = bits "0000000000000000"
        for (i = 1; i <= m; i++) bits = bits hexadecimal_bits(right[i])
      }
      return substr(bits, 1, prefix)
    }
    function mask_length(mask,    words, i, bits) {
      bits = ""
      split(mask, words, ".")
      for (i = 1; i <= 4; i++) bits = bits decimal_bits(words[i] + 0)
      return index(bits "0", "0") - 1
    }
    function begins_with(text, start) { return substr(text, 1, length(start)) == start }

    # One rule: what it asks of a packet that opens a connection to this host, from another one.
    function read_rule(line,    words, n, i, word, no, r) {
      gsub(/"([^"\\]|\\.)*"/, "text", line)
      n = split(line, words, " ")
      r = ++rules[words[2]]
      r = words[2] SUBSEP r
      for (i = 3; i <= n; i++) {
        word = words[i]
        no = 0
        if (word == "!") { no = 1; word = words[++i] }
        if (word == "-j" || word == "-g") {
          target[r] = words[i + 1]
          goes[r] = (word == "-g")
          # A list of the banned, like a rule for one address, says nothing of everybody else.
          if (r in listed && target[r] ~ /^(DROP|REJECT)$/) never[r] = 1
          else if (r in listed) unsure[r] = 1
          return
        }
        else if (word == "--match-set" && !no && words[i + 2] ~ /^src/) { listed[r] = 1; i += 2 }
        else if (word == "-m" || word == "--comment" || word ~ /^--(limit|limit-burst|name|mask|seconds|hitcount|hashlimit-upto|hashlimit-burst|hashlimit-mode|hashlimit-name)$/) i++
        else if (word == "--set" || word == "--rsource") continue
        # A first connection is below every rate.
        else if (word == "--update" || word == "--rcheck") never[r] = !no
        else if (word == "--hashlimit-above") { never[r] = !no; i++ }
        else if (word == "-p") { protocol[r] = words[++i]; not_protocol[r] = no }
        else if (word == "-i") { if (words[++i] == "lo") { if (!no) never[r] = 1 } else unsure[r] = 1 }
        else if (word == "-s") { if (no) { unsure[r] = 1; i++ } else { named[words[++i]] = 1; source[r] = network_bits(words[i]); has_source[r] = 1 } }
        else if (word == "-d") {
          word = words[++i]
          if (word ~ /^(22[4-9]|23[0-9]|255|127)\./ || word ~ /^ff/ || word ~ /^::1\//) { if (!no) never[r] = 1 } else unsure[r] = 1
        }
        else if (word ~ /^--(dport|dports|destination-port|destination-ports|ports)$/) { ports[r] = words[++i]; not_ports[r] = no }
        else if (word ~ /^--(sport|sports|source-port)$/) from_port[r] = words[++i]
        else if (word == "--ctstate" || word == "--state") { word = words[++i]; if ((("," word ",") ~ /,NEW,/) == no) never[r] = 1 }
        else if (word == "--dst-type") { word = words[++i]; if (((word == "LOCAL") || (word == "UNICAST")) == no) never[r] = 1 }
        else if (word == "--src-type") { word = words[++i]; if (word == "LOCAL" && !no) never[r] = 1; else unsure[r] = 1 }
        else if (word == "--tcp-flags") { i += 2; if ((words[i] == "SYN") == no) never[r] = 1 }
        else if (word == "--syn") { if (no) never[r] = 1 }
        else if (word == "--rt-type") { i++; if (!no) never[r] = 1 }
        else if (word ~ /^-/) { unsure[r] = 1; while (i < n && words[i + 1] !~ /^(-|!$)/) i++ }
      }
    }
    # A port that is redirected for those who come from outside, whatever the filter then makes of it.
    function read_redirection(line,    words, n, i, word, proto, list, no) {
      gsub(/"([^"\\]|\\.)*"/, "text", line)
      n = split(line, words, " ")
      if (words[2] == "OUTPUT" || words[2] == "POSTROUTING") return
      proto = "any"
      list = "1:65535"
      for (i = 3; i <= n; i++) {
        no = 0
        word = words[i]
        if (word == "!") { no = 1; word = words[++i] }
        if (word == "-p" && !no) proto = words[i + 1]
        else if (word == "-i" && !no && words[i + 1] == "lo") return
        else if (word == "-d" && !no && words[i + 1] ~ /^(127\.|::1)/) return
        else if (word ~ /^--dports?$/ && !no) list = words[i + 1]
        else if (word == "-j") {
          if (words[i + 1] ~ /^(DNAT|REDIRECT)$/) { redirected_ports[++redirected] = list; redirected_protocol[redirected] = proto }
          return
        }
      }
    }

    /^\*/ { table = $0; next }
    table == "*nat" && /^-A / { read_redirection($0) }
    table != "*filter" { next }
    /^:/ { policy[substr($1, 2)] = $2; next }
    /^-A / { read_rule($0) }

    function in_ports(list, port,    items, n, i, ends) {
      n = split(list, items, ",")
      for (i = 1; i <= n; i++) {
        if (split(items[i], ends, /[:-]/) == 1) ends[2] = ends[1]
        if (port >= ends[1] + 0 && port <= ends[2] + 0) return 1
      }
      return 0
    }
    # 0: does not match, 1: matches, 2: it depends.
    function matches(r, proto, port, from,    hit) {
      if (r in never && never[r]) return 0
      if (r in protocol) {
        hit = (protocol[r] == proto || protocol[r] == "all")
        if (hit == not_protocol[r]) return 0
      }
      if (r in ports && in_ports(ports[r], port) == not_ports[r]) return 0
      if (r in has_source && !begins_with(from, source[r])) return 0
      if (r in from_port) {
        # The answers of DHCP servers come unasked; the client alone listens there.
        if (proto == "udp" && (from_port[r] ":" port) ~ /^(67:68|547:546)$/) return 0
        return 2
      }
      return (r in unsure) ? 2 : 1
    }
    # accept, drop, or "" where the chain ends without a verdict.
    function walk(chain, proto, port, from, generous, depth,    i, r, hit, verdict) {
      if (depth > 32) return generous ? "accept" : "drop"
      for (i = 1; i <= rules[chain] + 0; i++) {
        r = chain SUBSEP i
        if (!(r in target)) continue
        hit = matches(r, proto, port, from)
        if (!hit) continue
        verdict = ""
        if (target[r] == "ACCEPT") verdict = "accept"
        else if (target[r] == "DROP" || target[r] == "REJECT") verdict = "drop"
        else if (target[r] == "QUEUE" || target[r] == "NFQUEUE") verdict = generous ? "accept" : "drop"
        else if (target[r] == "RETURN") { if (hit == 1) return ""; continue }
        else if (target[r] in policy) {
          verdict = walk(target[r], proto, port, from, generous, depth + 1)
          if (verdict == "" && goes[r] && hit == 1) return ""
        }
        if (verdict == "") continue
        if (hit == 1 || (verdict == "accept") == generous) return verdict
      }
      return ""
    }
    function enters(proto, port, from, generous,    verdict) {
      verdict = walk("INPUT", proto, port, from, generous, 0)
      if (verdict == "") verdict = policy["INPUT"] == "DROP" ? "drop" : "accept"
      return verdict == "accept"
    }

    function mark_ends(list,    items, n, i, ends) {
      n = split(list, items, ",")
      for (i = 1; i <= n; i++) {
        if (split(items[i], ends, /[:-]/) == 1) ends[2] = ends[1]
        begins[ends[1] + 0] = 1
        begins[ends[2] + 1] = 1
      }
    }
    function unnamed_port(    port, r, named_here) {
      for (port = 65000; port > 1; port--) {
        named_here = 0
        for (r in ports) if (in_ports(ports[r], port) && !not_ports[r]) named_here = 1
        if (!named_here) return port
      }
      return 1
    }
    function is_allowed(proto, port, from,    i) {
      for (i = 1; i <= allowed_count; i++)
        if (allowed_protocol[i] == proto && in_ports(allowed_ports[i], port) && begins_with(from, allowed_source[i])) return 1
      return 0
    }
    function read_allowed(    words, n, i, parts) {
      n = split(arguments, words, " ")
      for (i = 1; i <= n; i++) {
        if (words[i] == "from") {
          if ((words[++i] ~ /:/) == (family == 6)) { allowed_source[allowed_count] = network_bits(words[i]); named[words[i]] = 1 }
          else allowed_ports[allowed_count] = "0"
          continue
        }
        split(words[i], parts, "/")
        allowed_ports[++allowed_count] = parts[1]
        allowed_protocol[allowed_count] = parts[2]
        allowed_source[allowed_count] = ""
        mark_ends(parts[1])
      }
    }
    function report_open(proto, from, from_text,    count, sorted, i, j, port, last, start, is_open) {
      count = 0
      for (port in begins) if (port + 0 >= 1 && port + 0 <= 65535) sorted[++count] = port + 0
      for (i = 2; i <= count; i++) {
        port = sorted[i]
        for (j = i - 1; j >= 1 && sorted[j] > port; j--) sorted[j + 1] = sorted[j]
        sorted[j + 1] = port
      }
      start = 0
      for (i = 1; i <= count + 1; i++) {
        is_open = i <= count && enters(proto, sorted[i], from, 1) && !is_allowed(proto, sorted[i], from)
        # What is open to everybody need not be said again for one network.
        if (is_open && from_text != "" && enters(proto, sorted[i], "", 1)) is_open = 0
        if (is_open && !start) start = sorted[i]
        if (!is_open && start) {
          last = (i <= count ? sorted[i] : 65536) - 1
          answer = answer (answer == "" ? "" : " ") start (last > start ? "-" last : "") "/" proto (from_text == "" ? "" : " from " from_text)
          start = 0
        }
      }
    }
    function report_redirected(    i, k, n, items) {
      for (k = 1; k <= redirected; k++) {
        n = split(redirected_ports[k], items, ",")
        for (i = 1; i <= n; i++) {
          if (items[i] !~ /:/ && is_allowed(redirected_protocol[k], items[i] + 0, "")) continue
          sub(/:/, "-", items[i])
          answer = answer (answer == "" ? "" : " ") items[i] "/" redirected_protocol[k] " by NAT"
        }
      }
    }
    END {
      if (question == "policy") {
        port = unnamed_port()
        print (enters("tcp", port, "", 1) || enters("udp", port, "", 1)) ? "allow" : "deny"
      } else if (question == "allowed") {
        split(arguments, words, " ")
        split(words[1], parts, "/")
        from = (words[2] == "anywhere") ? "" : network_bits(words[2])
        print enters(parts[2], parts[1] + 0, from, 0) ? "yes" : "no"
      } else if (question == "redirected") {
        read_allowed()
        report_redirected()
        print answer
      } else {
        begins[1] = 1
        read_allowed()
        for (r in ports) mark_ends(ports[r])
        report_open("tcp", "", "")
        report_open("udp", "", "")
        for (network in named) if (network !~ /\/0$/) {
          report_open("tcp", network_bits(network), network)
          report_open("udp", network_bits(network), network)
        }
        report_redirected()
        print answer
      }
    }
  ' <<<"$rules"
}
