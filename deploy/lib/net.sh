# HTTP and ports, with nothing but bash: a fresh machine may have no curl.

# http_get HOST PORT PATH [SECONDS]: prints the body; fails unless the answer is 200 in time.
http_get() {
  # shellcheck disable=SC2016
  timeout "${4:-3}" bash -c '
    exec 3<>"/dev/tcp/$0/$1" || exit 1
    printf "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" "$2" "$0" >&3
    read -r _ status _ <&3
    while IFS= read -r line && [[ $line != $'"'\\r'"' ]]; do :; done <&3
    cat <&3
    [[ $status == 200 ]]' "$1" "$2" "$3" 2>/dev/null
}

# port_owner PORT: "pid 123 (name)" of who listens on it, or fails when nobody does.
port_owner() {
  local inode link pid hex
  hex=$(printf '%04X' "$1")
  inode=$(awk -v p=":$hex\$" '$4 == "0A" && $2 ~ p { print $10; exit }' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  [[ -n $inode ]] || return 1
  link=$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" -print -quit 2>/dev/null || true)
  if [[ $link =~ ^/proc/([0-9]+)/ ]]; then
    pid=${BASH_REMATCH[1]}
    printf 'pid %s (%s)' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-80 | sed 's/ $//')"
  else
    printf 'a process of another user'
  fi
}
