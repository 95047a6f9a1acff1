# Finding an etcd that is new enough. Before 3.5.13 a requested watch progress notification can
# overtake events (etcd#15220, etcd#17507), and the watch cache would trust it.

ETCD_MINIMUM=3.5.13

# etcd_version BINARY
etcd_version() {
  "$1" --version 2>/dev/null | awk 'NR == 1 && /etcd Version/ { print $3 }'
}

# version_at_least HAVE WANT
version_at_least() {
  [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]
}

etcd_usable() {
  local version
  [[ -n $1 && -x $1 ]] || return 1
  version=$(etcd_version "$1")
  [[ -n $version ]] && version_at_least "$version" "$ETCD_MINIMUM"
}

# find_etcd: sets ETCD_BIN to $ETCD, an etcd on PATH, one fetched before, the distribution's
# package, or a newer suite's package unpacked into .tools/, in that order.
find_etcd() {
  local tools=$ROOT/.tools/etcd candidate
  if [[ -n ${ETCD:-} ]]; then
    etcd_usable "$ETCD" || die "\$ETCD is $ETCD, which is not an etcd >= $ETCD_MINIMUM."
    ETCD_BIN=$ETCD
    return
  fi
  for candidate in "$(command -v etcd || true)" "$tools/usr/bin/etcd"; do
    if etcd_usable "$candidate"; then
      ETCD_BIN=$candidate
      return
    fi
  done
  if [[ ${NO_INSTALL:-0} == 1 ]]; then
    etcd_missing
  fi
  fetch_etcd "$tools" || etcd_missing
}

fetch_etcd() {
  local tools=$1 suite candidate
  candidate=$(has_apt && apt_candidate etcd-server || true)
  if [[ -n $candidate ]] && is_root && version_at_least "${candidate%%-*}" "$ETCD_MINIMUM"; then
    apt_install "etcd is missing" etcd-server
    # The package starts a server of its own on etcd's usual ports; ours uses others.
    etcd_usable /usr/bin/etcd && ETCD_BIN=/usr/bin/etcd && return
  fi
  for suite in trixie testing; do
    step "Taking etcd from Debian $suite into .tools/ (the system is not touched)"
    if apt_unpack "$suite" etcd-server "$tools" && etcd_usable "$tools/usr/bin/etcd"; then
      ETCD_BIN=$tools/usr/bin/etcd
      return
    fi
  done
  return 1
}

etcd_missing() {
  die "no etcd >= $ETCD_MINIMUM was found." \
    "Take one from the etcd project's release page, and set ETCD=/path/to/etcd," \
    "or use the embedded store: deploy/up --store embedded"
}
