# Everything a script of deploy/ needs. Sourced after ROOT is set.
for part in say root apt files process net java build settings engine etcd images lint stage aot services ready options prove sweep; do
  # shellcheck source=/dev/null
  . "$ROOT/deploy/lib/$part.sh"
done
unset part
