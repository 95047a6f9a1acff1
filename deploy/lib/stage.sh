# Jars are run from copies named by their digest: a rebuild never pulls a jar from under a running
# JVM, and a changed jar changes the command line, by which `up` knows what to restart.

# stage_jars: sets JAR_<room> for each room.
stage_jars() {
  local room jar digest staged
  mkdir -p "$ROOT/.tools/jars"
  for room in "${ROOMS[@]}"; do
    jar=$ROOT/$room/target/capstan-$room.jar
    digest=$(sha256sum <"$jar")
    staged=$ROOT/.tools/jars/capstan-$room-${digest:0:12}.jar
    if [[ ! -f $staged ]]; then
      cp "$jar" "$staged.$$"
      mv "$staged.$$" "$staged"
    fi
    # Newer than the jar it was made of: by that the launcher knows that it is current.
    touch "$staged"
    printf -v "JAR_${room//-/_}" '%s' "$staged"
  done
}

# write_launcher ROOM: what deploy/bin/capstan-ROOM reads, one word a line: the JVM, the jar, the
# AOT cache (or "-").
write_launcher() {
  local room=$1 jar_variable=JAR_${1//-/_} aot=${2:--}
  mkdir -p "$ROOT/.tools/launch"
  printf '%s\n%s\n%s\n' "$JAVA_25/bin/java" "${!jar_variable}" "$aot" >"$ROOT/.tools/launch/$room.new"
  mv "$ROOT/.tools/launch/$room.new" "$ROOT/.tools/launch/$room"
}

# jvm_key FLAG…: the build of the JVM and its flags; an AOT cache fits one of each only.
jvm_key() {
  { cat "$JAVA_25/release" && echo "$@"; } | sha256sum | cut -c 1-8
}

# ensure_cli_cache: the AOT cache of the command, made by the JVM that will use it, by a run against
# the cluster. Made under another name and renamed, so that nobody reads half of it. Without it the
# command works, slower.
ensure_cli_cache() {
  local jar=$JAR_ctl cache making
  # shellcheck disable=SC2046
  cache=${jar%.jar}-$(jvm_key $(cli_flags)).aot
  if [[ ! -f $cache ]]; then
    step "Teaching the command to start fast (AOT cache)"
    making=$cache.$$
    train_cli "$making" || true
    if [[ -s $making ]]; then
      mv "$making" "$cache"
    else
      warn "no AOT cache could be made; the command works, but starts slower"
      rm -f "$making"
      cache=-
    fi
  fi
  write_launcher ctl "$cache"
}

# The flags must be those of deploy/bin/capstan, or the cache is refused.
train_cli() {
  # shellcheck disable=SC2046
  CAPSTAN_TRAINING=1 timeout 120 "$JAVA_25/bin/java" "-XX:AOTCacheOutput=$1" \
    $(cli_flags) -jar "$JAR_ctl" __train --context "$NAME" \
    </dev/null >"$DATA/log/aot.log" 2>&1
}

cli_flags() {
  sed -n 's/^flags="\(.*\)"$/\1/p' "$ROOT/deploy/bin/capstan"
}

# Old copies that no launcher and no process names any more.
prune_jars() {
  local file
  for file in "$ROOT"/.tools/jars/*; do
    [[ -e $file ]] || continue
    grep -qsF "$file" "$ROOT"/.tools/launch/* /proc/[0-9]*/cmdline && continue
    rm -f "$file"
  done
}
