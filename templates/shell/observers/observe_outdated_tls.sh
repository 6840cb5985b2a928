# observe_outdated_tls HOST OLDEST prints "refused" where the site speaks no TLS before the version OLDEST (1.2 or 1.3), else the first that it speaks.
# requires: needs served_chain

observe_outdated_tls() {
  local host=$1 version answer
  local -a older=(tls1 tls1_1)
  needs openssl timeout || return
  if [[ $2 == 1.3 ]]; then older+=(tls1_2); fi
  for version in "${older[@]}"; do
    # The client must be willing, or its own refusal would be taken for the server's.
    answer=$(tls_client "$host" "-$version" -cipher 'ALL:@SECLEVEL=0')
    if [[ $answer != *CONNECTED* ]]; then
      printf 'nothing answers on port 443\n'
      return 1
    fi
    # Before the comma stands where the cipher comes from: of one that TLS 1.0 took over, "SSLv3". Without a connection it is "(NONE)".
    if [[ $answer =~ New,\ [^,]+,\ Cipher\ is\ [A-Z] ]]; then
      version=${version#tls1}
      printf 'TLS 1.%s is spoken\n' "${version:-_0}" | tr -d _
      return
    fi
  done
  printf 'refused\n'
}
