# The processes of a cluster: each has a supervisor, which has a record in DATA/run.

SERVICES=(etcd api-server scheduler controller-manager kubelet simulated)

# What was started by this script: it gets time to become ready, others had it.
declare -A STARTED

# Descriptor 9 is the lock of `up`: it is not passed on.
# start_service NAME COMMAND…: leaves a service alone that runs with the same command line.
start_service() {
  local name=$1 run=$DATA/run
  shift
  if recorded_alive "$run/$name.supervisor"; then
    command_line "$@" | cmp -s - "$run/$name.command" && return
    step "Restarting $name (its jar or its options changed)"
  else
    step "Starting $name"
  fi
  # A supervisor that was killed leaves its process behind.
  stop_service "$name" || die "$name does not stop, so it is not started again."
  command_line "$@" | write_whole "$run/$name.command" || die "$run/$name.command cannot be written."
  : >>"$DATA/log/$name.log"
  CAPSTAN_RECORD=$run/$name.supervisor setsid "$ROOT/deploy/lib/supervise" "$run" "$DATA/log" "$name" "$@" \
    </dev/null >/dev/null 2>&1 9>&- &
  disown
  STARTED[$name]=1
}

# Words, each ended by a zero byte.
command_line() { printf '%s\0' "$@"; }

# restart_service NAME: with the command line that it has.
restart_service() {
  local command
  mapfile -d '' -t command <"$DATA/run/$1.command"
  stop_service "$1" || die "$1 does not stop, so it is not started again."
  start_service "$1" "${command[@]}"
}

# stop_service NAME: false if something of it does not end.
stop_service() {
  stop_recorded "$DATA/run/$1.supervisor" 40 && stop_recorded "$DATA/run/$1.process" 20 || return 1
  rm -f "$DATA/run/$1.command" "$DATA/run/$1.lock" "$DATA/run/$1.deaths"*
}

# stop_services: who gives orders stops before who carries them out; the store is last.
stop_services() {
  local service
  for service in scheduler controller-manager kubelet simulated; do
    stop_service "$service" &
  done
  wait
  stop_service api-server || true
  stop_service etcd || true
}

# still_running: what runs of this cluster, the engine apart, a line each; false if nothing does.
still_running() {
  local pid found=1
  for pid in $(marked "$DATA/run/"); do
    ended "$pid" || grep -qszxF "CAPSTAN_RECORD=$DATA/run/engine" "/proc/$pid/environ" && continue
    printf 'pid %s (%s)\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-80)"
    found=0
  done
  return "$found"
}

# claim_port PORT WHAT SERVICE OPTION: a port that somebody else has is named with its owner.
claim_port() {
  local owner
  recorded_alive "$DATA/run/$3.process" && return
  owner=$(port_owner "$1") || return 0
  die "port $1 ($2) is taken by $owner." "Choose another with $4."
}

# claim_ports: what a lost supervisor left behind is not somebody else.
claim_ports() {
  local i=0 service
  for service in "${SERVICES[@]}"; do
    recorded_alive "$DATA/run/$service.supervisor" || stop_recorded "$DATA/run/$service.process" 20 ||
      die "$service does not stop (pid $RECORDED_PID)."
  done
  claim_port "$API_PORT" "the API" api-server --api-port
  for service in api-server scheduler controller-manager kubelet simulated; do
    [[ $service == simulated && $NODES == 0 ]] ||
      claim_port $((METRICS_PORT + i)) "metrics of $service" "$service" --metrics-port
    i=$((i + 1))
  done
  if [[ $STORE == etcd ]]; then
    claim_port "$ETCD_PORT" "etcd, clients" etcd --etcd-port
    claim_port $((ETCD_PORT + 1)) "etcd, peers" etcd --etcd-port
  fi
}

# java_service ROOM OPTIONS…: prints nothing, sets COMMAND.
java_service() {
  local room=$1 jar=JAR_${1//-/_} cache
  shift
  cache=$(server_cache "$room")
  COMMAND=("$JAVA_25/bin/java")
  [[ ! -f $cache ]] || COMMAND+=("-XX:AOTCache=$cache")
  # shellcheck disable=SC2046,SC2206,SC2207 # flags, a word each
  COMMAND+=($(server_flags) $(server_flags_beside "$room") ${CAPSTAN_JAVA_OPTS:-} -jar "${!jar}" "$@")
}

start_etcd() {
  start_service etcd "$ROOT/deploy/lib/run-etcd" "$ETCD_BIN" "$DATA/etcd" "$ETCD_PORT" $((ETCD_PORT + 1)) \
    "capstan-$NAME"
}

start_api_server() {
  local options=(--store embedded)
  [[ $STORE == etcd ]] && options=(--store etcd --etcd-endpoints "http://127.0.0.1:$ETCD_PORT" --etcd-disk "$DATA")
  mkdir -p -m 700 "$DATA/store"
  [[ $LIMIT == default ]] || options+=(--limit "$LIMIT")
  java_service api-server --listen "127.0.0.1:$API_PORT" --data "$DATA/store" "${options[@]}" \
    --token-file "$DATA/token" --metrics-port "$METRICS_PORT" --cluster-name "$NAME"
  start_service api-server "${COMMAND[@]}"
}

# start_clients: the three processes that see the cluster through the API alone.
start_clients() {
  local client=(--server "127.0.0.1:$API_PORT" --token-file "$DATA/token")
  # A name that stays over restarts takes its own lease back at once.
  java_service scheduler "${client[@]}" --metrics-port $((METRICS_PORT + 1)) --id "scheduler-$NODE_NAME"
  start_service scheduler "${COMMAND[@]}"
  java_service controller-manager "${client[@]}" --metrics-port $((METRICS_PORT + 2)) \
    --id "controller-manager-$NODE_NAME"
  start_service controller-manager "${COMMAND[@]}"
  mkdir -p -m 700 "$DATA/kubelet"
  java_service kubelet "${client[@]}" --metrics-port $((METRICS_PORT + 3)) --data "$DATA/kubelet" \
    --node-name "$NODE_NAME" --docker-host "$ENGINE" --pod-cidr "$POD_CIDR"
  start_service kubelet "${COMMAND[@]}"
  start_simulated "${client[@]}"
}

start_simulated() {
  if ((NODES == 0)); then
    recorded_alive "$DATA/run/simulated.supervisor" && step "Stopping the simulated nodes"
    stop_service simulated || die "the simulated nodes do not stop."
    return
  fi
  mkdir -p -m 700 "$DATA/simulated"
  java_service kubelet "$@" --metrics-port $((METRICS_PORT + 4)) --data "$DATA/simulated" \
    --simulate "$NODES" --simulate-prefix sim
  start_service simulated "${COMMAND[@]}"
}
