# Building the jars, when they are older than their sources.

ROOMS=(api-server scheduler controller-manager kubelet ctl)

# A stamp, not the jars' own times: Maven leaves a jar alone that would come out the same.
build_is_fresh() {
  local room stamp=$ROOT/.tools/built
  [[ -f $stamp ]] || return 1
  for room in "${ROOMS[@]}"; do
    [[ -f $ROOT/$room/target/capstan-$room.jar ]] || return 1
  done
  sources_older_than "$stamp" "$ROOT"/{proto,client,kvstore-client} "${ROOMS[@]/#/$ROOT/}"
}

# sources_older_than STAMP FOLDER…
sources_older_than() {
  local stamp=$1
  shift
  [[ -z $(find "$ROOT/pom.xml" "$@" \
    -name target -prune -o \( -path '*/src/main/*' -o -name pom.xml \) -type f -newer "$stamp" -print -quit) ]]
}

# stamp_build: Maven has just made everything.
stamp_build() {
  mkdir -p "$ROOT/.tools"
  touch "$ROOT/.tools/built"
}

# ensure_build: jars without tests; the tests are deploy/test's.
ensure_build() {
  build_is_fresh && return
  step "Building (mvn package without tests; the first time it downloads the libraries)"
  local log
  log=$(mktemp)
  mkdir -p "$ROOT/.tools"
  # The time of the beginning counts: a source may change while Maven runs.
  touch "$ROOT/.tools/building"
  if ! (cd "$ROOT" && maven -q "-Dgit.commit=$(git_commit)" -Dmaven.test.skip -DskipUnitTests -Dformat.skip -pl "$(printf '%s,' "${ROOMS[@]}")" -am package) \
    >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    die "the build failed."
  fi
  rm -f "$log"
  mv "$ROOT/.tools/building" "$ROOT/.tools/built"
}

# git_commit: what the jars are built of, "-dirty" if that is not committed; nothing without git.
git_commit() {
  [[ -e $ROOT/.git ]] || return 0
  git -C "$ROOT" describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || true
}

# ensure_bench_build: the benchmarks' classes, and in e2e/target/libraries what they need. After
# ensure_build.
ensure_bench_build() {
  local stamp=$ROOT/.tools/built-bench log
  [[ -f $stamp && -f $ROOT/e2e/target/libraries && ! $ROOT/.tools/built -nt $stamp ]] &&
    sources_older_than "$stamp" "$ROOT/e2e" && return
  step "Building the benchmarks"
  log=$(mktemp)
  touch "$ROOT/.tools/building"
  if ! (cd "$ROOT" && maven -q -Dmaven.test.skip -DskipUnitTests -Dformat.skip -DskipShade -pl e2e -am \
    package dependency:build-classpath -Dmdep.outputFile=target/libraries) >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    die "the build of the benchmarks failed."
  fi
  rm -f "$log"
  mv "$ROOT/.tools/building" "$stamp"
}

bench_class_path() {
  printf '%s:%s' "$ROOT/e2e/target/classes" "$(<"$ROOT/e2e/target/libraries")"
}

# Maven sees the JDK that was found, wherever it is: select-jdk-toolchain also reads JAVA25_HOME.
maven() {
  JAVA25_HOME=$JAVA_25 mvn -B -ntp "$@"
}
