# The processes of a cluster: each has a supervisor, which has a record in DATA/run.

# Descriptor 9 is the lock of `up`: it is not passed on.
# start_service NAME COMMAND…: leaves a service alone that runs with the same command line.
start_service() {
  local name=$1 run=$DATA/run wanted
  shift
  printf -v wanted '%q ' "$@"
  if recorded_alive "$run/$name.supervisor"; then
    [[ $(<"$run/$name.command") == "$wanted" ]] && return
    step "Restarting $name (its jar or its options changed)"
    stop_service "$name"
  else
    # A supervisor that was killed leaves its process behind.
    stop_recorded "$run/$name.process" 20
    step "Starting $name"
  fi
  printf '%s' "$wanted" >"$run/$name.command"
  : >>"$DATA/log/$name.log"
  setsid "$ROOT/deploy/lib/supervise" "$run" "$DATA/log" "$name" "$@" </dev/null >/dev/null 2>&1 9>&- &
  disown
}

stop_service() {
  stop_recorded "$DATA/run/$1.supervisor" 40
  stop_recorded "$DATA/run/$1.process" 20
  rm -f "$DATA/run/$1.command" "$DATA/run/$1.lock" "$DATA/run/$1.deaths"
}

# claim_port PORT WHAT SERVICE OPTION: a port that somebody else has is named with its owner.
claim_port() {
  local owner
  recorded_alive "$DATA/run/$3.process" && return
  owner=$(port_owner "$1") || return 0
  die "port $1 ($2) is taken by $owner." "Choose another with $4."
}

claim_ports() {
  claim_port "$API_PORT" "the API" api-server --api-port
  local i=0 service
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
  # shellcheck disable=SC2046,SC2206
  COMMAND+=($(server_flags) $(server_flags_beside "$room") ${CAPSTAN_JAVA_OPTS:-} -jar "${!jar}" "$@")
}

start_etcd() {
  start_service etcd "$ROOT/deploy/lib/run-etcd" "$ETCD_BIN" "$DATA/etcd" "$ETCD_PORT" $((ETCD_PORT + 1)) \
    "capstan-$NAME"
}

start_api_server() {
  local store=(--store embedded)
  [[ $STORE == etcd ]] && store=(--store etcd --etcd-endpoints "http://127.0.0.1:$ETCD_PORT")
  mkdir -p -m 700 "$DATA/store"
  java_service api-server --listen "127.0.0.1:$API_PORT" --data "$DATA/store" "${store[@]}" \
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

# await_services: in the order in which they need each other, so that the one is named that has failed.
await_services() {
  [[ $STORE != etcd ]] || wait_ready etcd "$ETCD_PORT" /health 60
  wait_ready api-server "$METRICS_PORT" /readyz 90
  wait_ready scheduler $((METRICS_PORT + 1)) /readyz 90
  wait_ready controller-manager $((METRICS_PORT + 2)) /readyz 90
  wait_ready kubelet $((METRICS_PORT + 3)) /readyz 90
  ((NODES == 0)) || wait_ready simulated $((METRICS_PORT + 4)) /readyz 90
}

start_simulated() {
  if ((NODES == 0)); then
    recorded_alive "$DATA/run/simulated.supervisor" && step "Stopping the simulated nodes"
    stop_service simulated
    return
  fi
  mkdir -p -m 700 "$DATA/simulated"
  java_service kubelet "$@" --metrics-port $((METRICS_PORT + 4)) --data "$DATA/simulated" \
    --simulate "$NODES" --simulate-prefix sim
  start_service simulated "${COMMAND[@]}"
}
