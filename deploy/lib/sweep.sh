# What a cluster leaves on the engine: containers and networks that carry its id.

CLUSTER_LABEL=capstan.dev/cluster-id

record_cluster_id() {
  local id
  id=$(capstan get namespace kube-system -o 'jsonpath={.metadata.uid}') || return 0
  [[ -n $id ]] || return 0
  printf '%s %s\n' "$id" "$ENGINE" >"$DATA/cluster-id"
}

# sweep_engine: removes them. Without a recorded id nothing is removed: a guess could be another
# cluster's.
sweep_engine() {
  local id engine ids
  [[ -s $DATA/cluster-id ]] || return 0
  read -r id engine <"$DATA/cluster-id"
  [[ -n $id && -n $engine ]] || return 0
  if ! engine_answers "$engine"; then
    warn "the engine at $engine does not answer; containers of this cluster may be left on it."
    return 0
  fi
  mapfile -t ids < <(docker -H "$engine" ps -aq --no-trunc --filter "label=$CLUSTER_LABEL=$id")
  if ((${#ids[@]} > 0)); then
    step "Stopping ${#ids[@]} containers"
    docker -H "$engine" stop --time 5 "${ids[@]}" >/dev/null 2>&1 || true
    docker -H "$engine" rm -f "${ids[@]}" >/dev/null 2>&1 || true
  fi
  mapfile -t ids < <(docker -H "$engine" network ls -q --filter "label=$CLUSTER_LABEL=$id")
  if ((${#ids[@]} > 0)); then
    step "Removing ${#ids[@]} network(s)"
    docker -H "$engine" network rm "${ids[@]}" >/dev/null || true
  fi
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
