# Whether the processes are ready, and why not.

# services_here: those that this cluster has, in the order in which they need each other.
services_here() {
  [[ $STORE != etcd ]] || echo etcd
  echo api-server scheduler controller-manager kubelet
  [[ $NODES == 0 ]] || echo simulated
}

# readiness_of SERVICE: the port and the path where it says whether it is ready.
readiness_of() {
  case $1 in
    etcd) echo "$ETCD_PORT" /health ;;
    api-server) echo "$METRICS_PORT" /readyz ;;
    scheduler) echo $((METRICS_PORT + 1)) /readyz ;;
    controller-manager) echo $((METRICS_PORT + 2)) /readyz ;;
    kubelet) echo $((METRICS_PORT + 3)) /readyz ;;
    simulated) echo $((METRICS_PORT + 4)) /readyz ;;
  esac
}

# not_ready SERVICE: true unless it says that it is ready; sets WHY to the checks that fail.
not_ready() {
  local port path body
  read -r port path < <(readiness_of "$1")
  WHY=
  body=$(http_get 127.0.0.1 "$port" "$path") && return 1
  WHY=$(sed -n 's/^\[-\]//p' <<<"$body" | paste -s -d ';' | sed 's/;/; /g')
  [[ -n $WHY ]] || WHY=$(head -n 1 <<<"$body")
  [[ -n $WHY ]] || WHY="nothing answers on port $port"
}

# wait_ready SERVICE SECONDS: until it is ready; not any longer when it keeps dying.
wait_ready() {
  local name=$1 until=$((SECONDS + $2)) deaths=0
  while ((SECONDS < until && deaths < 4)); do
    not_ready "$name" || return 0
    sleep 0.2
    [[ ! -f $DATA/run/$name.deaths ]] || read -r deaths <"$DATA/run/$name.deaths" || true
  done
  return 1
}

# ensure_ready SERVICE: one that ran before and is not ready, although those before it are, is restarted.
ensure_ready() {
  if [[ -z ${STARTED[$1]:-} ]] && ! wait_ready "$1" 10; then
    step "Restarting $1: it runs but is not ready ($WHY)"
    restart_service "$1"
  fi
  wait_ready "$1" 90 && return
  printf 'error: %s does not become ready: %s.\nThe end of %s:\n' "$1" "$WHY" "$DATA/log/$1.log" >&2
  tail -n 15 "$DATA/log/$1.log" | sed 's/^/  /' >&2
  exit 1
}

# await_services: in the order in which they need each other, so that the one is named that has failed.
await_services() {
  local service
  for service in $(services_here); do
    ensure_ready "$service"
  done
}
