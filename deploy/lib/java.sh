# JDK 25 and Maven: found, or installed.

JAVA_WANTED=25

# java_home_ok HOME: a JDK (not only a runtime) of the wanted version?
java_home_ok() {
  [[ -x $1/bin/javac && -r $1/release ]] && grep -q "^JAVA_VERSION=\"${JAVA_WANTED}[.\"]" "$1/release"
}

# find_java: sets JAVA_25 to the home of a JDK 25.
find_java() {
  local candidate path
  path=$(command -v javac || true)
  [[ -z $path ]] || path=$(readlink -f "$path")
  for candidate in "${JAVA_HOME:-}" "${path%/bin/javac}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/*; do
    if [[ -n $candidate ]] && java_home_ok "$candidate"; then
      JAVA_25=$candidate
      return
    fi
  done
  return 1
}

ensure_java() {
  find_java && return
  if has_apt && [[ -n $(apt_candidate openjdk-25-jdk-headless) ]]; then
    apt_install "a JDK $JAVA_WANTED is missing" openjdk-25-jdk-headless
    find_java && return
  fi
  die "a JDK $JAVA_WANTED is missing, and this distribution has no package of it." \
    "Install one (for example Eclipse Temurin 25) and set JAVA_HOME to it."
}

ensure_maven() {
  command -v mvn >/dev/null || apt_install "Maven is missing" maven
}
