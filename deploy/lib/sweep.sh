# What a cluster leaves on the engine: containers and networks that carry its id.

CLUSTER_LABEL=capstan.dev/cluster-id

record_cluster_id() {
  local id
  id=$(capstan get namespace kube-system -o 'jsonpath={.metadata.uid}') || return 0
  [[ -z $id ]] || printf '%s %s\n' "$id" "$ENGINE" | write_whole "$DATA/cluster-id"
}

# own_cluster: sets CLUSTER_ID and CLUSTER_ENGINE, from what `up` has recorded or, if it did not come
# so far, from what the kubelet has; fails if nothing was ever put on an engine.
own_cluster() {
  CLUSTER_ID='' CLUSTER_ENGINE=''
  [[ ! -s $DATA/cluster-id ]] || read -r CLUSTER_ID CLUSTER_ENGINE <"$DATA/cluster-id" || true
  [[ -n $CLUSTER_ID ]] || CLUSTER_ID=$(sed -n 's/^cluster //p' "$DATA/kubelet/node-state" 2>/dev/null || true)
  [[ -n $CLUSTER_ENGINE ]] || CLUSTER_ENGINE=$(remembered ENGINE || true)
  [[ -n $CLUSTER_ID && -n $CLUSTER_ENGINE ]]
}

# sweep_engine: removes them; false, with a warning, if some may be left. Without a known id nothing is
# removed: a guess could be another cluster's. What the kubelet asked the engine for before it was
# stopped may still come or go: a container that is being removed holds on to its network, so what does
# not work at once is repeated.
sweep_engine() {
  local try
  own_cluster || return 0
  if ! engine_answers "$CLUSTER_ENGINE"; then
    warn "the engine at $CLUSTER_ENGINE does not answer; containers of this cluster may be left on it."
    return 1
  fi
  for try in {1..40}; do
    if sweep_once "$CLUSTER_ENGINE" "label=$CLUSTER_LABEL=$CLUSTER_ID" "$try"; then
      sweep_guard
      return
    fi
    sleep 0.25
  done
  warn "the engine at $CLUSTER_ENGINE keeps containers or networks with the label $CLUSTER_LABEL=$CLUSTER_ID."
  warn "If it says that a network has active endpoints and lists none, it has miscounted: restart it and run deploy/down again."
  return 1
}

# sweep_guard: the rules of the pods' ports, which outlive kubelet and network.
sweep_guard() {
  local chain
  is_root && command -v ebtables >/dev/null || return 0
  while read -r chain; do
    ebtables -t nat -D PREROUTING -j "$chain" 2>/dev/null || true
    ebtables -t nat -F "$chain" && ebtables -t nat -X "$chain" ||
      warn "ebtables keeps the chain $chain of this cluster."
  done < <(ebtables -t nat -L 2>/dev/null | sed -n "s/^Bridge chain: \(CAPSTAN-${CLUSTER_ID:0:8}-[0-9a-f]*\),.*/\1/p")
}

# take_off_ended ENGINE NETWORK…: after a crash the engine may count containers in a network that are
# there no more. All that carried our label are gone by now; one of somebody else stays.
take_off_ended() {
  local engine=$1 network name
  shift
  for network; do
    for name in $(docker -H "$engine" network inspect -f '{{range .Containers}}{{.Name}} {{end}}' "$network" 2>/dev/null); do
      is_unknown "$engine" "$name" || continue
      docker -H "$engine" network disconnect -f "$network" "$name" >/dev/null 2>&1 || true
    done
  done
}

# is_unknown ENGINE CONTAINER: the engine says that there is none; not that it cannot tell.
is_unknown() {
  local answer
  answer=$(docker -H "$1" inspect "$2" 2>&1) && return 1
  [[ $answer == *[Nn]o\ such* ]]
}

# lines_of NAME COMMAND…: sets the array NAME to what the command prints; false if it fails, for what
# cannot be listed is not "nothing".
lines_of() {
  local -n lines=$1
  local printed
  printed=$("${@:2}" 2>/dev/null) || return 1
  lines=()
  [[ -z $printed ]] || mapfile -t lines <<<"$printed"
}

# sweep_once ENGINE FILTER TRY: true if nothing is left. Says what it does at the first try.
sweep_once() {
  local engine=$1 filter=$2 ids networks
  lines_of ids docker -H "$engine" ps -aq --no-trunc --filter "$filter" || return 1
  if ((${#ids[@]} > 0)); then
    (($3 > 1)) || step "Stopping ${#ids[@]} containers"
    docker -H "$engine" stop --time 5 "${ids[@]}" >/dev/null 2>&1 || true
    docker -H "$engine" rm -f "${ids[@]}" >/dev/null 2>&1 || true
  fi
  lines_of networks docker -H "$engine" network ls -q --filter "$filter" || return 1
  if ((${#networks[@]} > 0)); then
    (($3 > 1)) || step "Removing ${#networks[@]} network(s)"
    (($3 == 1)) || take_off_ended "$engine" "${networks[@]}"
    docker -H "$engine" network rm "${networks[@]}" >/dev/null 2>&1 || return 1
  fi
  lines_of ids docker -H "$engine" ps -aq --filter "$filter" && ((${#ids[@]} == 0))
}

# sweep_images: with --purge; only if this cluster made them, and only when nobody else uses them: no
# container, and no other cluster, whose kubelet keeps a network with its label on the engine.
sweep_images() {
  local tag others
  [[ -f $DATA/images-made-here ]] && own_cluster && engine_answers "$CLUSTER_ENGINE" || return 0
  lines_of others docker -H "$CLUSTER_ENGINE" network ls -q --filter "label=$CLUSTER_LABEL" || return 0
  if ((${#others[@]} > 0)); then
    say "The images $HELLO stay: another cluster is on this engine."
    return 0
  fi
  for tag in 1 2 broken; do
    docker -H "$CLUSTER_ENGINE" image rm "$HELLO:$tag" >/dev/null 2>&1 || true
  done
}
