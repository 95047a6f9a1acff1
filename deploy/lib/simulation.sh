# What the scripts of the simulation share.

CLASS_PATH=$ROOT/e2e/target/test.classpath

# ensure_simulation BUILD: a JDK, and the simulation compiled; with BUILD=0 only if it never was.
ensure_simulation() {
  ensure_java
  if (($1)) || [[ ! -s $CLASS_PATH ]]; then
    ensure_maven
    [[ -s $CLASS_PATH ]] || say "Compiling (the first time it downloads the libraries)"
    (cd "$ROOT" && mvn -q -DskipShade -Dformat.skip -pl e2e -am test-compile) ||
      die "The build failed; its messages are above."
  fi
}

# simulation_java FLAG… CLASS ARGUMENT…
simulation_java() {
  "$JAVA_25/bin/java" -XX:+UseSerialGC -cp "$ROOT/e2e/target/test-classes:$(<"$CLASS_PATH")" "$@"
}
