package dev.capstan.e2e.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * How benchmarks shall be run.
 *
 * @param root the repository
 * @param folder for everything that is written meanwhile
 * @param etcd path of the etcd binary
 * @param store where clusters keep their state
 * @param smoke on the smallest scale: to see that the benchmarks work
 * @param nodes how many simulated nodes, in place of a benchmark's own numbers; empty for those
 * @param repeats measured repeats, in place of a benchmark's own number; 0 for that
 * @param javaOptions flags for the servers' JVMs, by process name; "" for all of them
 */
record Settings(
    Path root,
    Path folder,
    String etcd,
    Store store,
    boolean smoke,
    List<Integer> nodes,
    int repeats,
    java.util.Map<String, String> javaOptions) {

  /** Where the state of a cluster is kept. */
  enum Store {
    etcd,
    embedded
  }
}
