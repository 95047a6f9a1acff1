# Proving the cluster: three replicas, each asked over HTTP.

capstan() { "$ROOT/deploy/bin/capstan" --context "$NAME" "$@"; }

# ensure_token: whoever has it may start containers as root: for the owner's eyes only, from its
# first moment.
ensure_token() {
  [[ -s $DATA/token ]] && return
  (umask 077 && head -c 32 /dev/urandom | base64 | tr -d '=+/\n' | write_whole "$DATA/token") ||
    die "$DATA/token cannot be written."
}

# ensure_context: adds the context; it becomes the current one only if none is.
ensure_context() {
  local config=${CAPSTAN_CONFIG:-$HOME/.capstan/config} bin=$ROOT/deploy/bin/capstan
  "$bin" config set-context "$NAME" "--server=127.0.0.1:$API_PORT" "--token-file=$DATA/token" >/dev/null
  if ! grep -qsE '^current-context: *[^ "'"'"']' "$config"; then
    "$bin" config use-context "$NAME" >/dev/null
  fi
}

# prove_cluster: leaves the deployment `hello` behind, so that the address printed goes on working.
prove_cluster() {
  local begin=$SECONDS ip answer asked=0
  step "Proving it: three replicas of hello, each asked over HTTP"
  if ! capstan get deployment hello -o name >/dev/null 2>&1; then
    capstan run hello --image="$HELLO:1" --replicas=3 --port=8080 >/dev/null ||
      die "could not create the deployment hello."
  fi
  capstan rollout status deployment/hello --timeout=120s >"$DATA/log/prove.log" 2>&1 || prove_failed
  while read -r ip; do
    [[ -n $ip ]] || continue
    answer=$(http_get "$ip" 8080 / 5) || die "the replica at $ip does not answer over HTTP." \
      "Its pod runs, so this machine may have no route to the engine's networks ($ENGINE)."
    say "    http://$ip:8080  $answer"
    HELLO_URL=http://$ip:8080
    asked=$((asked + 1))
  done < <(capstan get pods -l app=hello -o 'jsonpath={range .items[*]}{.status.podIP}{"\n"}{end}')
  ((asked >= 3)) || die "only $asked of 3 replicas have an address." "deploy/bin/capstan get pods"
  say "    proved in $((SECONDS - begin)) s"
}

prove_failed() {
  tail -n 5 "$DATA/log/prove.log" | sed 's/^/  /' >&2
  capstan get pods -o wide >&2 || true
  capstan get events >&2 || true
  die "the three replicas of hello did not become ready within 120 s." "Logs: $DATA/log"
}

# The options by which the other scripts find this cluster again.
which_cluster() {
  [[ $NAME == local ]] || printf ' --name %s' "$NAME"
  [[ $DATA == "$(default_data "$NAME")" ]] || printf ' --data %q' "$DATA"
}

say_what_next() {
  local context=
  "$ROOT/deploy/bin/capstan" config current-context 2>/dev/null | grep -qx "$NAME" ||
    context=" --context $NAME"
  cat <<EOT

Capstan is up: API 127.0.0.1:$API_PORT, store $STORE, data and logs in $DATA.

Type next:
  export PATH=$ROOT/deploy/bin:\$PATH
  capstan$context get pods -o wide
  capstan$context run web --image=$HELLO:1 --replicas=3 --port=8080
  capstan$context rolling-update web --image=$HELLO:2
  curl $HELLO_URL
  deploy/down$(which_cluster)
EOT
}
