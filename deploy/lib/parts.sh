# The parts of deploy/test: each is timed, runs in a process group of its own, and its output is
# shown when it fails.

PART_TIMES=()

# part NAME SECONDS COMMAND…
part() {
  local name=$1 limit=$2 begin=$SECONDS log=$WORK/log/$1.log code=0
  shift 2
  step "$name"
  setsid timeout --kill-after=20 "$limit" "$@" >"$log" 2>&1 </dev/null &
  PART_GROUP=$!
  wait "$PART_GROUP" || code=$?
  PART_GROUP=
  PART_TIMES+=("$(printf '%-14s %4d s' "$name" $((SECONDS - begin)))")
  ((code == 0)) && return
  tail -n 80 "$log" >&2
  ((code != 124)) || printf 'error: %s took longer than %s s.\n' "$name" "$limit" >&2
  save_logs
  die "$name failed (code $code)." "Its whole output: $KEPT/$name.log"
}

save_logs() {
  KEPT=$ROOT/target/test-logs
  rm -rf "$KEPT"
  mkdir -p "$ROOT/target"
  cp -r "$WORK/log" "$KEPT"
}

stop_part() {
  [[ -n ${PART_GROUP:-} ]] || return 0
  kill -TERM -- "-$PART_GROUP" 2>/dev/null || return 0
  sleep 1
  kill -KILL -- "-$PART_GROUP" 2>/dev/null || true
}

say_times() {
  say ""
  printf '  %s\n' "${PART_TIMES[@]}"
  printf '  %-14s %4d s\n' all "$SECONDS"
}
