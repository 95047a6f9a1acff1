# The settings of a cluster: given as options the first time, remembered in its data folder.

SETTINGS=(NAME STORE NODES API_PORT METRICS_PORT ETCD_PORT POD_CIDR NODE_NAME LIMIT ENGINE)

default_data() {
  local base=${XDG_STATE_HOME:-$HOME/.local/state}/capstan
  is_root && base=/var/lib/capstan
  [[ $1 == local ]] && printf '%s' "$base" || printf '%s-%s' "$base" "$1"
}

# load_settings: reads what is remembered, without overriding what was given. The file is data,
# not code: only known names are taken.
load_settings() {
  local key value known
  [[ -f $DATA/cluster.env ]] || return 0
  while IFS='=' read -r key value; do
    for known in "${SETTINGS[@]}"; do
      [[ $key == "$known" && -z ${!key:-} ]] && printf -v "$key" '%s' "$value"
    done
  done <"$DATA/cluster.env"
  return 0
}

save_settings() {
  local key
  for key in "${SETTINGS[@]}"; do
    printf '%s=%s\n' "$key" "${!key}"
  done | write_whole "$DATA/cluster.env" || die "$DATA/cluster.env cannot be written."
}

remembered() {
  [[ -f $DATA/cluster.env ]] && sed -n "s/^$1=//p" "$DATA/cluster.env"
}

# complete_settings: the defaults. The cluster called local has the well-known ports; each other name
# gets the first block of twenty ports that is neither taken nor remembered. The node is called as the
# host was called when the cluster was made: pods are bound to that name.
complete_settings() {
  local block=0
  : "${STORE:=embedded}" "${NODES:=0}" "${LIMIT:=default}"
  if [[ -z ${API_PORT:-} && $NAME != local ]]; then
    for ((block = 1; block < 64; block++)); do
      block_is_free $((7600 + 20 * block)) && break
    done
  fi
  : "${API_PORT:=$((7600 + 20 * block))}"
  : "${METRICS_PORT:=$((API_PORT + 1))}" "${ETCD_PORT:=$((API_PORT + 10))}"
  : "${POD_CIDR:=10.88.$((4 * block)).0/22}"
  : "${NODE_NAME:=$(uname -n | tr '[:upper:]' '[:lower:]')}"
}

block_is_free() {
  local port other
  for other in /var/lib/capstan*/cluster.env "${XDG_STATE_HOME:-$HOME/.local/state}"/capstan*/cluster.env; do
    [[ -f $other ]] && grep -qx "API_PORT=$1" "$other" && return 1
  done
  for ((port = $1; port < $1 + 12; port++)); do
    port_owner "$port" >/dev/null && return 1
  done
  return 0
}

check_settings() {
  local name='[a-z0-9]([-a-z0-9]*[a-z0-9])?' key
  [[ $NAME =~ ^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$ ]] ||
    die "--name $NAME: small letters, digits and dashes, at most 32."
  [[ $STORE == embedded || $STORE == etcd ]] || die "--store $STORE: must be embedded or etcd."
  [[ $NODES =~ ^[0-9]{1,5}$ ]] || die "--nodes $NODES: must be a number."
  [[ ${#NODE_NAME} -le 253 && $NODE_NAME =~ ^$name(\.$name)*$ ]] ||
    die "--node-name $NODE_NAME: small letters, digits, dashes and dots, at most 253."
  [[ $POD_CIDR =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$ ]] ||
    die "--pod-cidr $POD_CIDR: must be addresses like 10.88.0.0/22."
  [[ $LIMIT =~ ^(default|[a-z-]+=[0-9]+(,[a-z-]+=[0-9]+)*)$ ]] ||
    die "--limit $LIMIT: must be NAME=NUMBER[,NAME=NUMBER...] as in docs/operating.md, or default."
  for key in API_PORT METRICS_PORT ETCD_PORT; do
    [[ ${!key} =~ ^[0-9]{1,5}$ ]] && ((${!key} > 0 && ${!key} < 65530)) ||
      die "${key,,} ${!key}: must be a port number."
  done
  stays STORE --store "keeps its state in the store"
  stays NAME --name "is called"
  stays NODE_NAME --node-name "has its pods on the node"
}

# stays KEY OPTION WORDS: what cannot be changed once the cluster is there.
stays() {
  local was
  was=$(remembered "$1" || true)
  [[ -z $was || $was == "${!1}" ]] ||
    die "the cluster in $DATA $3 $was, not ${!1}." \
      "Use $2 $was, or another --data folder, or deploy/down --purge first (its state is lost)."
}
