# All scripts pass shellcheck.

# find_shellcheck: sets SHELLCHECK, taken from the distribution's package and unpacked into .tools/ if
# the machine has none.
find_shellcheck() {
  local unpacked=$ROOT/.tools/shellcheck/usr/bin/shellcheck
  SHELLCHECK=$(command -v shellcheck || true)
  [[ -z $SHELLCHECK ]] || return 0
  SHELLCHECK=$unpacked
  [[ ! -x $SHELLCHECK ]] || return 0
  has_apt || die "shellcheck is missing, and this machine has no apt-get." \
    "Install it with your system's package manager."
  apt_take shellcheck "$ROOT/.tools/shellcheck"
}

# lint_scripts: those that are run by what their first line says, those that are read by bash as such.
# .shellcheckrc says what is not looked for, and why.
lint_scripts() {
  local programs libraries
  mapfile -t programs < <(cd "$ROOT" && find deploy .ci -type f -exec awk 'FNR == 1 && /^#!.*sh$/ { print FILENAME }' {} +)
  mapfile -t libraries < <(cd "$ROOT" && ls deploy/lib/*.sh)
  ((${#programs[@]} > 10 && ${#libraries[@]} > 10)) || die "the scripts were not found."
  (
    cd "$ROOT" && "$SHELLCHECK" --severity=warning "${programs[@]}" &&
      "$SHELLCHECK" --severity=warning --shell=bash "${libraries[@]}"
  )
}
