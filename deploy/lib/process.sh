# Processes of ours are known by a record: a file with pid and start time, so that a pid that was
# given to somebody else meanwhile is never signalled. Each process also carries the path of its
# record in its environment: it is found when the record was lost, on a full disk for instance.

# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/files.sh"

# start_time PID: clock ticks between boot and the start of the process (proc(5), field 22). The
# name in field 2 may hold spaces and brackets, so count from the last bracket.
start_time() {
  local stat
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  printf '%s' "${20}"
}

# record_process FILE PID: a record that cannot be written is none, never an old one.
record_process() {
  local started
  started=$(start_time "$2") && printf '%s %s\n' "$2" "$started" | write_whole "$1" && return
  rm -f "$1"
  return 1
}

# A zombie has ended; its parent has not asked yet.
ended() {
  [[ ! -e /proc/$1 || $(awk '/^State:/ { print $2 }' "/proc/$1/status" 2>/dev/null) =~ ^Z?$ ]]
}

# recorded_alive FILE: sets RECORDED_PID when the process of this record still runs, by what the file
# says or, if that is lost or not true any more, by the process's mark.
recorded_alive() {
  local pid='' started=''
  RECORDED_PID=
  [[ -f $1 ]] && read -r pid started <"$1" || true
  if [[ -n $started && $(start_time "$pid") == "$started" ]] && ! ended "$pid"; then
    RECORDED_PID=$pid
    return
  fi
  # shellcheck disable=SC2046 # pids, a word each
  RECORDED_PID=$(oldest $(marked -x "$1"))
  [[ -n $RECORDED_PID ]]
}

# marked [-x] PATH: the processes that carry this record, or with no -x one that begins so. Another
# user's are not seen.
marked() {
  local whole=() file
  [[ $1 != -x ]] || { whole=(-x) && shift; }
  grep -lzsF "${whole[@]}" "CAPSTAN_RECORD=$1" /proc/[0-9]*/environ 2>/dev/null |
    while IFS=/ read -r _ _ file _; do printf '%s\n' "$file"; done
}

# oldest PID…: what a process started itself is younger than it.
oldest() {
  local pid started
  for pid in "$@"; do
    started=$(start_time "$pid") && printf '%s %s\n' "$started" "$pid"
  done | sort -n | awk 'NR == 1 { print $2 }'
}

# stop_recorded FILE SECONDS: TERM, then KILL when the time is up. The record goes with the process;
# false if that does not end.
stop_recorded() {
  local record=$1 tenths=0 patience=$(($2 * 10))
  while recorded_alive "$record"; do
    ((tenths > 0)) || kill -TERM "$RECORDED_PID" 2>/dev/null || true
    ((tenths < patience)) || kill -KILL "$RECORDED_PID" 2>/dev/null || true
    ((tenths < patience + 50)) || return 1
    tenths=$((tenths + 1))
    sleep 0.1
  done
  rm -f "$record"
}
