# Files that others rely on.

# write_whole FILE: standard input becomes the file, whole or not at all: neither a full disk nor a
# power cut leaves half of it, or an empty one.
write_whole() {
  if cat >"$1.new" && sync "$1.new" && mv -f "$1.new" "$1"; then
    return 0
  fi
  rm -f "$1.new"
  return 1
}
