# What a cluster leaves on the engine: containers and networks that carry its id.

CLUSTER_LABEL=capstan.dev/cluster-id

record_cluster_id() {
  local id
  id=$(capstan get namespace kube-system -o 'jsonpath={.metadata.uid}') || return 0
  [[ -n $id ]] || return 0
  printf '%s %s\n' "$id" "$ENGINE" >"$DATA/cluster-id"
}

# sweep_engine: removes them. Without a recorded id nothing is removed: a guess could be another
# cluster's. What the kubelet asked the engine for before it was stopped may still come or go: a
# container that is being removed holds on to its network, so what does not work at once is repeated.
sweep_engine() {
  local id engine try
  [[ -s $DATA/cluster-id ]] || return 0
  read -r id engine <"$DATA/cluster-id"
  [[ -n $id && -n $engine ]] || return 0
  if ! engine_answers "$engine"; then
    warn "the engine at $engine does not answer; containers of this cluster may be left on it."
    return 0
  fi
  for try in {1..40}; do
    sweep_once "$engine" "label=$CLUSTER_LABEL=$id" "$try" && return
    sleep 0.25
  done
  warn "the engine at $engine keeps containers or networks with the label $CLUSTER_LABEL=$id."
}

# sweep_once ENGINE FILTER TRY: true if nothing is left. Says what it does at the first try.
sweep_once() {
  local engine=$1 filter=$2 ids networks
  mapfile -t ids < <(docker -H "$engine" ps -aq --no-trunc --filter "$filter")
  if ((${#ids[@]} > 0)); then
    (($3 > 1)) || step "Stopping ${#ids[@]} containers"
    docker -H "$engine" stop --time 5 "${ids[@]}" >/dev/null 2>&1 || true
    docker -H "$engine" rm -f "${ids[@]}" >/dev/null 2>&1 || true
  fi
  mapfile -t networks < <(docker -H "$engine" network ls -q --filter "$filter")
  if ((${#networks[@]} > 0)); then
    (($3 > 1)) || step "Removing ${#networks[@]} network(s)"
    docker -H "$engine" network rm "${networks[@]}" >/dev/null 2>&1 || return 1
  fi
  [[ -z $(docker -H "$engine" ps -aq --filter "$filter") ]]
}

# sweep_images: with --purge; only if this cluster made them, and only when no container uses them.
sweep_images() {
  local id engine tag
  [[ -f $DATA/images-made-here && -s $DATA/cluster-id ]] || return 0
  read -r id engine <"$DATA/cluster-id"
  engine_answers "$engine" || return 0
  for tag in 1 2 broken; do
    docker -H "$engine" image rm "$HELLO:$tag" >/dev/null 2>&1 || true
  done
}
