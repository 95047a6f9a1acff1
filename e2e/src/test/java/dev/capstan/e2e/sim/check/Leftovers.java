package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Pod;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * I7: in the end the engines run exactly what is wanted. Every container there belongs to a pod
 * that is bound to that node, by uid, and none runs for a pod that has ended or goes; every ready
 * pod's containers run. The server serves no watch that no client has.
 */
final class Leftovers {

  private final World world;
  private final Report report;

  Leftovers(World world, Report report) {
    this.world = world;
    this.report = report;
  }

  void judge(Engines engines) {
    Set<String> running = new LinkedHashSet<>();
    for (Engines.Listed each : engines.containers()) {
      if (each.running() && !running.add(each.node() + "/" + each.uid() + "/" + each.name())) {
        broken(
            "container "
                + each.name()
                + " of pod "
                + each.pod()
                + " runs twice on node "
                + each.node());
      }
      container(each);
    }
    for (Held held : world.all("Pod")) {
      Pod pod = Pods.of(held);
      if (Pods.isActive(pod) && Pods.isReady(pod) && engines.reaches(Pods.node(pod))) {
        for (Container container : pod.getSpec().getContainersList()) {
          if (!running.contains(Pods.node(pod) + "/" + held.uid() + "/" + container.getName())) {
            broken(
                held
                    + " is ready, but its container "
                    + container.getName()
                    + " does not run on node "
                    + Pods.node(pod));
          }
        }
      }
    }
    int server = engines.serverWatches();
    int clients = engines.clientWatches();
    if (server >= 0 && clients >= 0 && server > clients) {
      broken("the server serves " + server + " watches, clients have " + clients);
    }
  }

  private void container(Engines.Listed each) {
    Held owner = null;
    for (Held held : world.all("Pod")) {
      owner = held.uid().equals(each.uid()) ? held : owner;
    }
    String what =
        "container %s of pod %s/%s (uid %s)"
            .formatted(each.name(), each.namespace(), each.pod(), each.uid());
    if (owner == null) {
      broken(what + " is on node " + each.node() + ", but there is no such pod");
    } else if (!Pods.node(Pods.of(owner)).equals(each.node())) {
      broken(
          what
              + " is on node "
              + each.node()
              + ", but its pod is bound to '"
              + Pods.node(Pods.of(owner))
              + "'");
    } else if (each.running() && Pods.isTerminal(Pods.of(owner))) {
      broken(what + " runs on node " + each.node() + ", but its pod has ended");
    }
  }

  private void broken(String what) {
    report.broken("I7", "in the end " + what);
  }
}
