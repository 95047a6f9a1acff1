# Options that several scripts share. usage() is the script's own.

# take_option "$@": handles one option and sets TAKEN to the number of words it used.
take_option() {
  local value=${2:-}
  TAKEN=2
  case $1 in
    --*=*) value=${1#*=} TAKEN=1 ;;
  esac
  case ${1%%=*} in
    --name) NAME=$value ;;
    --data) DATA=$value ;;
    --store) STORE=$value ;;
    --nodes) NODES=$value ;;
    --api-port) API_PORT=$value ;;
    --metrics-port) METRICS_PORT=$value ;;
    --etcd-port) ETCD_PORT=$value ;;
    --pod-cidr) POD_CIDR=$value ;;
    --node-name) NODE_NAME=$value ;;
    --limit) LIMIT=$value ;;
    *) return 1 ;;
  esac
  [[ -n $value ]] || die "${1%%=*} needs a value."
}

bad_option() {
  printf 'error: unknown option %s\n\n' "$1" >&2
  usage >&2
  exit 2
}

# find_cluster: NAME and DATA, from what was given and what is remembered.
find_cluster() {
  if [[ -z ${DATA:-} ]]; then
    DATA=$(default_data "${NAME:-local}")
  fi
  # One folder has one name: processes are found by it.
  DATA=$(realpath -m "$DATA")
  [[ -n ${NAME:-} ]] || NAME=$(remembered NAME || true)
  : "${NAME:=local}"
}
