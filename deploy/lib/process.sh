# Processes of ours are known by pid and start time, so that a pid that was given to somebody else
# meanwhile is never signalled.

# start_time PID: clock ticks between boot and the start of the process (proc(5), field 22). The
# name in field 2 may hold spaces and brackets, so count from the last bracket.
start_time() {
  local stat
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  printf '%s' "${20}"
}

# record_process FILE PID
record_process() {
  local started
  started=$(start_time "$2") || return 1
  printf '%s %s\n' "$2" "$started" >"$1.new"
  mv "$1.new" "$1"
}

# recorded_alive FILE: sets RECORDED_PID when the recorded process still runs.
recorded_alive() {
  local pid started now state
  RECORDED_PID=
  [[ -f $1 ]] || return 1
  read -r pid started <"$1" || return 1
  now=$(start_time "$pid") || return 1
  [[ $now == "$started" ]] || return 1
  # A zombie has ended; its parent has not asked yet.
  state=$(awk '/^State:/ { print $2 }' "/proc/$pid/status" 2>/dev/null) || return 1
  [[ $state != Z ]] || return 1
  RECORDED_PID=$pid
}

# stop_recorded FILE SECONDS: TERM, then KILL when the time is up. The record goes with the process.
stop_recorded() {
  local record=$1 tenths=$(($2 * 10))
  if recorded_alive "$record"; then
    kill -TERM "$RECORDED_PID" 2>/dev/null || true
    while recorded_alive "$record" && ((tenths-- > 0)); do
      sleep 0.1
    done
    if recorded_alive "$record"; then
      kill -KILL "$RECORDED_PID" 2>/dev/null || true
      sleep 0.2
    fi
  fi
  rm -f "$record"
}
