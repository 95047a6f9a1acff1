# Debian packages: into the system when root agrees, or unpacked into a folder of ours.

has_apt() { command -v apt-get >/dev/null && command -v apt-cache >/dev/null; }

# apt_candidate PACKAGE: the version the machine's sources offer, or nothing.
apt_candidate() {
  apt-cache policy "$1" 2>/dev/null |
    awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'
}

# Package lists are refreshed once per run, and only when something has to be installed.
apt_refresh() {
  [[ ${APT_FRESH:-0} == 1 ]] && return 0
  is_root && { apt-get update -qq >/dev/null || warn "apt-get update failed; using the lists at hand"; }
  APT_FRESH=1
}

# apt_install WHY PACKAGE…
apt_install() {
  local why=$1
  shift
  has_apt || die "$why, and this machine has no apt-get." "Install it with your system's package manager: $*"
  if [[ ${NO_INSTALL:-0} == 1 ]]; then
    tell_root "$why, and --no-install was given" "apt-get install $*"
  fi
  is_root || tell_root "$why" "apt-get update" "apt-get install $*"
  apt_refresh
  step "Installing $*"
  env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >"${APT_LOG:-/dev/null}" 2>&1 ||
    die "apt-get install $* failed." "${APT_LOG:+its output is in $APT_LOG}"
}

# apt_take PACKAGE FOLDER: unpacks a package of this machine's sources, without touching the system.
apt_take() {
  local package=$1 folder=$2 work
  step "Taking $package into .tools/ (the system is not touched)"
  work=$(mktemp -d)
  chmod 755 "$work"
  if ! (cd "$work" && apt-get download -qq "$package" >/dev/null 2>&1); then
    apt_refresh
    (cd "$work" && apt-get download -qq "$package" >/dev/null 2>"$work/log") ||
      die "could not download $package: $(tail -n 1 "$work/log")"
  fi
  mkdir -p "$folder"
  dpkg -x "$work"/*.deb "$folder"
  rm -rf "$work"
}

# apt_mirror: where this machine gets Debian from, read from its own sources.
apt_mirror() {
  local list
  list=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '$1 == "URIs:" { print $2 }'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      awk '$1 == "deb" { sub(/^deb +(\[[^]]*\] +)?/, ""); print $1 }')
  # Debian's main archive, and neither a third party's nor the security one.
  grep -E '/debian/?$' <<<"$list" | head -n 1
}

# apt_unpack SUITE PACKAGE FOLDER: takes a package of another suite of the same mirror and unpacks
# it, without touching the system: apt works in a private folder with lists of its own.
apt_unpack() {
  local suite=$1 package=$2 folder=$3 mirror private
  has_apt && command -v dpkg >/dev/null || return 1
  mirror=$(apt_mirror)
  [[ -n $mirror ]] || return 1
  private=$(mktemp -d)
  mkdir -p "$private/lists/partial" "$private/cache/archives/partial" "$folder"
  # The archive's own keys; apt verifies the suite's signature with them.
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
    "$mirror" "$suite" >"$private/sources.list"
  local options=(
    -qq
    -o "Dir::Etc::sourcelist=$private/sources.list"
    -o "Dir::Etc::sourceparts=/dev/null"
    -o "Dir::State::lists=$private/lists"
    -o "Dir::Cache=$private/cache"
    -o "APT::Sandbox::User=root"
  )
  local done=0
  if apt-get "${options[@]}" update >/dev/null 2>"$private/log" &&
    (cd "$private" && apt-get "${options[@]}" download "$package" >/dev/null 2>>"$private/log") &&
    dpkg -x "$private"/*.deb "$folder"; then
    done=1
  fi
  ((done == 1)) || sed 's/^/  apt: /' "$private/log" >&2
  rm -rf "$private"
  ((done == 1))
}
