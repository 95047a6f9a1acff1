# AOT caches of the servers: classes loaded and linked, and profiles of a training run, so that a
# server starts in a third of the time and is fast sooner. Without them everything works, slower.

SERVERS=(api-server scheduler controller-manager kubelet)

# server_flags: the flags of the servers' JVMs. A cache made with others would be refused.
server_flags() {
  (
    # shellcheck source=/dev/null
    . "$ROOT/deploy/lib/server-flags"
    echo "$flags"
  )
}

# server_flags_beside ROOM: those that it takes in addition.
server_flags_beside() {
  (
    # shellcheck source=/dev/null
    . "$ROOT/deploy/lib/server-flags"
    flags_beside "$1"
  )
}

# server_cache ROOM: where its cache is. The API server has one for each store: it runs other code.
server_cache() {
  local jar=JAR_${1//-/_} store=
  [[ $1 != api-server ]] || store=-$STORE
  # shellcheck disable=SC2046
  printf '%s-%s%s.aot' "${!jar%.jar}" "$(jvm_key $(server_flags))" "$store"
}

# write_server_launchers: after ensure_server_caches.
write_server_launchers() {
  local room cache
  for room in "${SERVERS[@]}"; do
    cache=$(server_cache "$room")
    [[ -f $cache ]] || cache=-
    write_launcher "$room" "$cache"
  done
}

# ensure_server_caches: makes those that are missing, by a small cluster that lives for a moment, on
# ports and in a folder of its own. ETCD_BIN is set if the store is etcd.
ensure_server_caches() {
  local room missing=0
  for room in "${SERVERS[@]}"; do
    [[ -f $(server_cache "$room") ]] || missing=1
  done
  ((missing == 1)) || return 0
  step "Teaching the servers to start fast (AOT caches; once for each build)"
  # In a shell of its own, whose end, however it comes, takes the folder with it.
  (
    work=$(mktemp -d /var/tmp/capstan-aot.XXXXXX)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM HUP
    (train_servers "$work") >"$work/log" 2>&1 9>&- || true
    for room in "${SERVERS[@]}"; do
      if [[ -s $work/$room.aot ]]; then
        mv "$work/$room.aot" "$(server_cache "$room")"
      else
        warn "no AOT cache of $room could be made; it works, but starts slower"
      fi
    done
  )
}

# train_servers FOLDER: in a subshell, which ends what it has started.
train_servers() {
  local work=$1 port room
  set +e
  port=$(training_ports)
  (umask 077 && mkdir -p "$work/store" "$work/kubelet" && head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/token")
  trap 'kill -KILL $(jobs -p) 2>/dev/null' EXIT
  local store=(--store embedded)
  if [[ $STORE == etcd ]]; then
    train_etcd "$work" "$port"
    store=(--store etcd --etcd-endpoints "http://127.0.0.1:$((port + 6))")
  fi
  train api-server "$work" $((port + 1)) --listen "127.0.0.1:$port" --data "$work/store" \
    "${store[@]}" --cluster-name training
  local client=(--server "127.0.0.1:$port")
  train scheduler "$work" $((port + 2)) "${client[@]}" --id training
  train controller-manager "$work" $((port + 3)) "${client[@]}" --id training
  train kubelet "$work" $((port + 4)) "${client[@]}" --data "$work/kubelet" --simulate 10
  exercise --server "127.0.0.1:$port" --token-file "$work/token"
  for room in kubelet controller-manager scheduler api-server; do
    kill -TERM "$(<"$work/$room.pid")"
  done
  # The cache is written at the end of the process.
  for room in "${SERVERS[@]}"; do
    wait "$(<"$work/$room.pid")"
  done
}

# training_ports: the first of ten free ports.
training_ports() {
  local first port
  for ((first = 28700; first < 29700; first += 10)); do
    for ((port = first; port < first + 10; port++)); do
      port_owner "$port" >/dev/null && continue 2
    done
    break
  done
  printf '%s' "$first"
}

train_etcd() {
  "$ROOT/deploy/lib/run-etcd" "$ETCD_BIN" "$1/etcd" $(($2 + 6)) $(($2 + 7)) &
  await_http $(($2 + 6)) /health
}

# train ROOM FOLDER METRICS_PORT OPTIONS…: starts it and waits until it is ready.
train() {
  local room=$1 work=$2 port=$3 jar=JAR_${1//-/_}
  shift 3
  # shellcheck disable=SC2046
  "$JAVA_25/bin/java" "-XX:AOTCacheOutput=$work/$room.aot" $(server_flags) -jar "${!jar}" \
    --token-file "$work/token" --metrics-port "$port" "$@" &
  printf '%s' $! >"$work/$room.pid"
  await_http "$port" /readyz
}

await_http() {
  local until=$((SECONDS + 60))
  while ((SECONDS < until)); do
    http_get 127.0.0.1 "$1" "$2" >/dev/null && return
    sleep 0.1
  done
}

# exercise OPTIONS…: what the life of a cluster is made of, a few hundred times.
exercise() {
  local ctl=("$JAVA_25/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$JAR_ctl")
  "${ctl[@]}" run web --image=hello:1 --replicas=200 --port=80 --simulated "$@"
  "${ctl[@]}" rollout status deployment/web --timeout=30s "$@"
  "${ctl[@]}" scale deployment web --replicas=300 "$@"
  "${ctl[@]}" rollout status deployment/web --timeout=30s "$@"
  "${ctl[@]}" get pods "$@" >/dev/null
  "${ctl[@]}" scale deployment web --replicas=10 "$@"
  "${ctl[@]}" rolling-update web --image=hello:2 --timeout=30s "$@"
  "${ctl[@]}" delete deployment web "$@"
}
