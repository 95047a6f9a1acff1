# What only root may do. A user without root is told the exact commands and gets exit code 3.

is_root() { ((EUID == 0)); }

# as_root WHY COMMAND…: runs the command, or explains it. Several words of one command, no shell.
as_root() {
  local why=$1
  shift
  if [[ ${NO_INSTALL:-0} == 1 ]]; then
    printf 'error: %s, and --no-install was given. As root:\n' "$why" >&2
    printf '  %s\n' "$*" >&2
    exit 3
  fi
  if ! is_root; then
    printf 'error: %s. As root:\n' "$why" >&2
    printf '  sudo %s\n' "$*" >&2
    exit 3
  fi
  "$@"
}
