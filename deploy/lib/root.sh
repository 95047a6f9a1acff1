# What only root may do. A user without root is told the exact commands and gets exit code 3.

is_root() { ((EUID == 0)); }

# as_root WHY COMMAND…: runs the command, or explains it. Several words of one command, no shell.
as_root() {
  local why=$1
  shift
  is_root || tell_root "$why" "$*"
  "$@"
}

# tell_root WHY COMMAND…: each one line. Exit code 3.
tell_root() {
  local sudo=
  is_root || sudo='sudo '
  printf 'error: %s. As root:\n' "$1" >&2
  shift
  printf "  $sudo%s\n" "$@" >&2
  exit 3
}
