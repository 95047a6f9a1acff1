# The images localhost/capstan/hello:1, :2 and :broken, made here from a static busybox. The
# prefix localhost/ says that no registry has them: a bare name could be pulled from a stranger.

HELLO=localhost/capstan/hello

# ensure_images ENGINE
ensure_images() {
  local engine=$1 digest
  digest=$(images_digest)
  image_is "$engine" 1 "$digest" && image_is "$engine" 2 "$digest" &&
    image_is "$engine" broken "$digest" && return
  find_busybox
  : >"$DATA/images-made-here"
  step "Making the images $HELLO:1, :2 and :broken"
  make_image "$engine" 1 hello "$digest"
  make_image "$engine" 2 hello "$digest"
  make_image "$engine" broken broken "$digest"
}

# What the images are made of, as a label, so that a second `up` finds them made.
images_digest() {
  cat "$ROOT"/deploy/images/*/start "$ROOT/deploy/lib/images.sh" | sha256sum | cut -c 1-16
}

image_is() {
  local label
  label=$(docker -H "$1" image inspect --format '{{index .Config.Labels "capstan.dev/recipe"}}' \
    "$HELLO:$2" 2>/dev/null) && [[ $label == "$3" ]]
}

make_image() {
  local engine=$1 tag=$2 recipe=$3 digest=$4 tree applet
  tree=$(mktemp -d)
  mkdir -p "$tree"/{bin,sbin,usr/bin,usr/sbin,etc,proc,sys,dev,tmp,www}
  chmod 1777 "$tree/tmp"
  cp "$BUSYBOX" "$tree/bin/busybox"
  while read -r applet; do
    [[ -e $tree/$applet ]] || ln -s /bin/busybox "$tree/$applet"
  done < <("$BUSYBOX" --list-full)
  printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$tree/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$tree/etc/group"
  install -m 755 "$ROOT/deploy/images/$recipe/start" "$tree/start"
  tar -C "$tree" --owner=0 --group=0 --numeric-owner -c . |
    docker -H "$engine" import \
      --change 'ENTRYPOINT ["/start"]' --change "ENV VERSION=$tag" \
      --change 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' --change 'EXPOSE 8080' \
      --change "LABEL capstan.dev/recipe=$digest" \
      - "$HELLO:$tag" >/dev/null || die "could not make the image $HELLO:$tag."
  rm -rf "$tree"
}

# find_busybox: sets BUSYBOX to a statically linked busybox, taken from the distribution's package
# and unpacked into .tools/ if the machine has none.
find_busybox() {
  local candidate unpacked=$ROOT/.tools/busybox/bin/busybox
  for candidate in "${CAPSTAN_BUSYBOX:-}" /bin/busybox "$unpacked"; do
    if is_static "$candidate"; then
      BUSYBOX=$candidate
      return
    fi
  done
  has_apt || die "a static busybox is missing (for the demo images)." \
    "Set CAPSTAN_BUSYBOX=/path/to/busybox."
  apt_take busybox-static "$ROOT/.tools/busybox"
  BUSYBOX=$unpacked
  is_static "$BUSYBOX" || die "$BUSYBOX is not a static busybox."
}

# A program without an interpreter segment needs no shared libraries, so it runs in an empty image.
is_static() {
  [[ -n $1 && -x $1 ]] && ! LC_ALL=C grep -aq '/ld-[a-z]*[-0-9a-z_]*\.so' <(head -c 4096 "$1")
}
