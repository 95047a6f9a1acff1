# The Docker engine: found, or installed and started. A running engine is never reconfigured or
# restarted; only one that was started here is ever stopped.

# engine_answers HOST: does an engine answer there? A client alone proves nothing.
engine_answers() {
  command -v docker >/dev/null || return 1
  timeout 10 docker -H "$1" version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# engine_id HOST: by which an engine is known, whatever its address; one of its own if it does not say.
engine_id() { docker -H "$1" info --format '{{.ID}}' 2>/dev/null || printf 'at %s' "$1"; }

# find_engine: sets ENGINE (a DOCKER_HOST) or fails: the one that was given, or the cluster's, or one
# at the usual sockets.
find_engine() {
  local candidate
  if [[ -n ${DOCKER_HOST:-} ]]; then
    ENGINE=$DOCKER_HOST
    engine_answers "$ENGINE"
    return
  fi
  if [[ -n ${ENGINE:-} ]] && engine_answers "$ENGINE"; then
    return
  fi
  for candidate in /var/run/docker.sock "${XDG_RUNTIME_DIR:-/nonexistent}/docker.sock"; do
    if [[ -S $candidate ]] && engine_answers "unix://$candidate"; then
      ENGINE=unix://$candidate
      return
    fi
  done
  return 1
}

# check_engine: a cluster whose containers are on one engine is not started on another, where they
# would be made again.
check_engine() {
  local was left
  was=$(remembered ENGINE || true)
  [[ -n $was && $was != "$ENGINE" ]] || return 0
  own_cluster || return 0
  engine_answers "$was" || die "the engine of this cluster, at $was, does not answer; its containers may be there." \
    "Start it; or, if it is gone for good, remove the line ENGINE from $DATA/cluster.env."
  # One engine may have two addresses.
  [[ $(engine_id "$was") != "$(engine_id "$ENGINE")" ]] || return 0
  left=$(docker -H "$was" ps -aq --filter "label=$CLUSTER_LABEL=$CLUSTER_ID") ||
    die "the engine of this cluster, at $was, does not say which containers it has."
  [[ -z $left ]] ||
    die "the containers of this cluster are on the engine at $was, not $ENGINE." \
      "Set DOCKER_HOST=$was, or run deploy/down$(which_cluster) first: it removes them."
}

# ensure_engine: finds an engine, or installs and starts one.
ensure_engine() {
  find_engine && return
  if [[ -n ${DOCKER_HOST:-} ]]; then
    command -v docker >/dev/null || install_engine_client
    find_engine && return
    die "no Docker engine answers at \$DOCKER_HOST ($DOCKER_HOST)."
  fi
  if ! is_root && [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then
    tell_root "$(id -un) may not use the Docker engine (log in again afterwards)" \
      "usermod -aG docker $(id -un)"
  fi
  command -v dockerd >/dev/null && command -v docker >/dev/null && command -v iptables >/dev/null ||
    install_engine
  find_engine || start_engine
}

install_engine() {
  local packages=(docker.io iptables)
  # Debian 13 has the client in a package of its own.
  has_apt && [[ -n $(apt_candidate docker-cli) ]] && packages+=(docker-cli)
  apt_install "no Docker engine answers" "${packages[@]}"
}

install_engine_client() {
  local package=docker.io
  has_apt && [[ -n $(apt_candidate docker-cli) ]] && package=docker-cli
  apt_install "the docker client is missing" "$package"
}

start_engine() {
  if [[ -d /run/systemd/system ]]; then
    step "Starting the Docker engine (systemd)"
    as_root "the Docker engine is not running" systemctl start docker
  else
    is_root || tell_root "the Docker engine is not running" "sh -c 'dockerd >/var/log/dockerd.log 2>&1 &'" \
      "usermod -aG docker $(id -un)"
    step "Starting the Docker engine (no systemd here: detached, deploy/down stops it)"
    start_detached_engine
  fi
  local i
  for ((i = 0; i < 60; i++)); do
    find_engine && return
    sleep 0.5
  done
  die "the Docker engine did not come up." "Its log: $DATA/log/engine.log"
}

start_detached_engine() {
  local child
  mkdir -p "$DATA/log" "$DATA/run"
  CAPSTAN_RECORD=$DATA/run/engine setsid dockerd --pidfile "$DATA/run/dockerd.pid" </dev/null >>"$DATA/log/engine.log" 2>&1 9>&- &
  child=$!
  record_process "$DATA/run/engine" "$child" || true
}

# stop_engine: stops the engine that `up` started, unless someone else's containers are on it. With
# --purge its record goes, so it is said how to stop it.
stop_engine() {
  local record=$DATA/run/engine others
  if ! recorded_alive "$record"; then
    rm -f "$record"
    return 0
  fi
  others=$(docker -H unix:///var/run/docker.sock ps -aq 2>/dev/null | wc -l)
  if ((others > 0)); then
    say "The Docker engine that up started keeps running: $others containers that are not ours are on it."
    [[ -z ${PURGE:-} ]] || say "Stop it yourself when they are gone: kill $RECORDED_PID"
    return 0
  fi
  step "Stopping the Docker engine that up started"
  stop_recorded "$record" 30
}
