package dev.capstan.kubelet.pod;

import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The containers of one pod as the engine has them, and the address that goes with them. */
final class PodContainers {

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;

  PodContainers(PodEnvironment env, PodInbox inbox, PodReport report) {
    this.env = env;
    this.inbox = inbox;
    this.report = report;
  }

  /** All of them, whatever their state. */
  List<ContainerSummary> all() throws RuntimeFault, InterruptedException {
    return ofThisPod(env.runtime().list());
  }

  private List<ContainerSummary> ofThisPod(List<ContainerSummary> all) {
    String uid = inbox.uid();
    return all.stream().filter(c -> c.ref().podUid().equals(uid)).toList();
  }

  /**
   * Looks what containers the pod has and gives renamed ones their names back. Returns the latest.
   */
  Optional<ContainerView> adopt() throws RuntimeFault, InterruptedException {
    List<ContainerSummary> everything = env.runtime().list();
    env.addresses().recover(everything);
    List<ContainerSummary> mine = ofThisPod(everything);
    for (ContainerSummary container : mine) {
      if (container.renamed() && report.container().containerId().endsWith("//" + container.id())) {
        env.runtime().restoreName(container.id(), container.ref());
      }
    }
    Optional<ContainerRef> latest =
        mine.stream()
            .map(ContainerSummary::ref)
            .max(Comparator.comparingInt(ContainerRef::attempt));
    if (latest.isEmpty()) {
      return Optional.empty();
    }
    removeOlderThan(latest.get().attempt() - 1);
    return env.runtime().inspect(latest.get());
  }

  /**
   * Gives the pod its address. A container that was made with another one (its creation was still
   * under way when this kubelet looked what is there) has never run, and makes way.
   */
  Optional<ContainerView> settleAddress(Optional<ContainerView> found)
      throws RuntimeFault, InterruptedException {
    String preferred = found.map(ContainerView::address).orElse(report.podIp());
    String address =
        env.addresses()
            .assign(inbox.uid(), preferred)
            .orElseThrow(() ->
                new RuntimeFault(
                    RuntimeFault.Kind.UNAVAILABLE, "the node's addresses are used up"));
    report.podIp(address);
    Optional<ContainerView> latest = found;
    while (latest.isPresent()
        && latest.get().state() == State.CREATED
        && !latest.get().address().equals(address)) {
      env.runtime().remove(latest.get().ref());
      latest = adopt();
    }
    return latest;
  }

  /** The last two containers are kept, the older of them for {@code logs --previous}. */
  void removeOlderThan(int attempt) throws RuntimeFault, InterruptedException {
    for (ContainerSummary container : all()) {
      if (container.ref().attempt() < attempt && !container.renamed()) {
        env.runtime().remove(container.ref());
      }
    }
  }

  /** Looks at a container; one that was renamed gets its name back first. */
  Optional<ContainerView> look(ContainerView view) throws RuntimeFault, InterruptedException {
    Optional<ContainerView> now = env.runtime().inspect(view.ref());
    if (now.isPresent()) {
      return now;
    }
    for (ContainerSummary container : all()) {
      if (container.renamed() && container.id().equals(view.id())) {
        env.runtime().restoreName(view.id(), view.ref());
        return env.runtime().inspect(view.ref());
      }
    }
    return now;
  }
}
