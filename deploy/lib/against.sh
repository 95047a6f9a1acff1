# deploy/bench --against: this checkout, which is built already, and an earlier revision measured in turn.

# bench_against REVISION PAIRS FOLDER BENCH-OPTION…: leaves the figures in FOLDER/<pair>/{before,after}
# and prints the ratios. Each revision runs its own benchmarks against its own build, since a benchmark
# is also a client of what it measures.
bench_against() {
  local revision=$1 pairs=$2 folder=$3 pair before
  shift 3
  before=$(revision_checkout "$revision")
  step "Building $revision ($(basename "$before"))"
  build_for_bench "$before" "$folder/build-before.log"
  say "before: $revision, $(basename "$before")"
  say "after: $(git_commit)"
  changed_benchmarks "$before"
  for ((pair = 1; pair <= pairs; pair++)); do
    bench_once "$before" "$folder/$pair" before "pair $pair of $pairs" "$@"
    bench_once "$ROOT" "$folder/$pair" after "pair $pair of $pairs" "$@"
  done
  compare_figures "$folder"
}

# revision_checkout REVISION: prints the folder with its files; they are built there once. Folders of
# other revisions are removed.
revision_checkout() {
  local commit folder other
  commit=$(git -C "$ROOT" rev-parse --verify --quiet "$1^{commit}") ||
    die "--against $1: there is no such revision in this repository."
  folder=$ROOT/.tools/against/${commit:0:12}
  for other in "$ROOT"/.tools/against/*; do
    [[ $other == "$folder" ]] || rm -rf "$other"
  done
  if [[ ! -d $folder ]]; then
    mkdir -p "$folder.new"
    git -C "$ROOT" archive "$commit" | tar -x -C "$folder.new"
    mv "$folder.new" "$folder"
  fi
  printf '%s' "$folder"
}

build_for_bench() { # FOLDER LOG
  "$1/deploy/build" --no-install >"$2" 2>&1 && "$1/deploy/bench" --no-install >>"$2" 2>&1 && return
  tail -n 40 "$2" >&2
  die "the build in $1 failed."
}

# A benchmark that was changed between the two may measure something else under the same name.
changed_benchmarks() {
  local sources=e2e/src/main/java/dev/capstan/e2e/bench differ
  differ=$(diff -rq "$1/$sources" "$ROOT/$sources" | wc -l) || true
  ((differ == 0)) || say "sources of benchmarks that differ: $differ (diff -r $1/$sources $sources)"
}

bench_once() { # FOLDER RUNS SIDE WORDS BENCH-OPTION…
  local folder=$1 runs=$2 side=$3 words=$4 code=0 child each options=()
  shift 4
  # An option and its value are two words to the script, of any revision.
  for each; do
    case $each in
      --*=*) options+=("${each%%=*}" "${each#*=}") ;;
      *) options+=("$each") ;;
    esac
  done
  mkdir -p "$runs/$side"
  step "$words: $side"
  # In the background, so that a signal to this script ends it, and what it has started.
  "$folder/deploy/bench" --no-install --json "$runs/$side" "${options[@]}" >"$runs/$side.log" 2>&1 &
  child=$!
  # shellcheck disable=SC2064
  trap "kill -TERM $child 2>/dev/null; wait $child; exit 130" INT TERM HUP
  wait "$child" || code=$?
  trap - INT TERM HUP
  ((code < 2)) && return
  tail -n 20 "$runs/$side.log" >&2
  die "$words: the benchmarks of $folder ended with code $code."
}

compare_figures() { # FOLDER
  "$JAVA_25/bin/java" -XX:+UseSerialGC -cp "$(bench_class_path)" dev.capstan.e2e.bench.Main \
    --root "$ROOT" --folder "$1" --compare "$1"
}
