# A network namespace with a Docker engine of its own: everything deploy/test starts lives in it,
# so it never meets the machine's engine, ports or clusters.

# open_sandbox: sets SANDBOX (a namespace) and DOCKER_HOST. $WORK/start-engine starts the engine again
# after somebody has killed it.
open_sandbox() {
  SANDBOX=capstan-test-$$
  ip netns add "$SANDBOX"
  inside ip link set lo up
  # Not `ip netns exec`: it remounts /sys, and the engine then finds no control groups.
  cat >"$WORK/start-engine" <<EOT
#!/bin/sh
# Those of killed ones, which may still be zombies and then count as running.
rm -f $WORK/dockerd.pid $WORK/engine-run/containerd/containerd.pid
exec nsenter --net=/run/netns/$SANDBOX dockerd -H unix://$WORK/docker.sock \\
  --data-root $WORK/engine --exec-root $WORK/engine-run --pidfile $WORK/dockerd.pid \\
  --containerd-namespace $SANDBOX --containerd-plugins-namespace plugins-$SANDBOX
EOT
  chmod +x "$WORK/start-engine"
  setsid "$WORK/start-engine" </dev/null >"$WORK/log/engine.log" 2>&1 &
  record_process "$WORK/engine.process" $!
  export DOCKER_HOST=unix://$WORK/docker.sock
  local i
  for ((i = 0; i < 60; i++)); do
    engine_answers "$DOCKER_HOST" && return
    sleep 0.5
  done
  tail -n 20 "$WORK/log/engine.log" >&2
  die "the tests' own Docker engine did not come up."
}

inside() { nsenter --net="/run/netns/$SANDBOX" "$@"; }

# close_sandbox: on every way out. Whatever runs in the namespace is ours.
close_sandbox() {
  [[ -n ${SANDBOX:-} ]] || return 0
  local ids pid at
  mapfile -t ids < <(docker -H "unix://$WORK/docker.sock" ps -aq 2>/dev/null)
  ((${#ids[@]} == 0)) || docker -H "unix://$WORK/docker.sock" rm -f "${ids[@]}" >/dev/null 2>&1 || true
  stop_recorded "$WORK/engine.process" 20
  for pid in $(ip netns pids "$SANDBOX" 2>/dev/null); do
    kill -KILL "$pid" 2>/dev/null || true
  done
  ip netns del "$SANDBOX" 2>/dev/null || true
  while read -r _ at _; do
    [[ $at == "$WORK"/* ]] && umount -l "$at" 2>/dev/null
  done < <(tac /proc/mounts)
  SANDBOX=
}
