package dev.capstan.kubelet.pod;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.HTTPGetAction;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.Probe;
import dev.capstan.kubelet.pod.Prober.Verdict.Failed;
import dev.capstan.kubelet.pod.Prober.Verdict.Passed;
import dev.capstan.kubelet.pod.Prober.Verdict.Unknown;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ExecResult;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.TimedCalls;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * Probes for real: over the network from the node to the pod's address, or by a command in the
 * container. To no other address, whatever the probe says: the kubelet reaches more than pods do.
 */
public final class NetworkProber implements Prober {

  /** Sockets count a timeout's milliseconds in 32 bits. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final ContainerRuntime runtime;
  private final TimedCalls timed;

  public NetworkProber(ContainerRuntime runtime, Seam seam) {
    this.runtime = runtime;
    this.timed = new TimedCalls(seam);
  }

  @Override
  public Verdict check(
      ContainerRef ref, Container container, Probe probe, boolean readiness, String podIp)
      throws InterruptedException {
    long seconds = probe.hasTimeoutSeconds() ? probe.getTimeoutSeconds() : 1;
    Duration timeout = Duration.ofSeconds(Math.min(seconds, LONGEST.toSeconds()));
    if (probe.hasExec()) {
      return exec(ref, probe, timeout);
    }
    TimedCalls.Outcome<Verdict> outcome =
        timed.call("probe", timeout, () -> connect(container, probe, podIp, timeout));
    return switch (outcome) {
      case TimedCalls.Returned<Verdict>(Verdict verdict) -> verdict;
      case TimedCalls.Threw<Verdict>(Throwable e) -> new Failed(String.valueOf(e.getMessage()));
      case TimedCalls.TimedOut<Verdict>() ->
          new Failed("no answer within " + timeout.toSeconds() + " s");
    };
  }

  private Verdict exec(ContainerRef ref, Probe probe, Duration timeout)
      throws InterruptedException {
    try {
      ExecResult result = runtime.exec(ref, probe.getExec().getCommandList(), timeout);
      if (result.timedOut()) {
        return new Failed("command timed out after " + timeout.toSeconds() + " s");
      }
      return result.exitCode() == 0
          ? new Passed()
          : new Failed("command exited with " + result.exitCode() + ": " + result.output());
    } catch (RuntimeFault e) {
      return switch (e.kind()) {
        case INVALID, CANNOT_START -> new Failed(e.words());
        default -> new Unknown(e.words()); // The engine's failure, not the container's.
      };
    }
  }

  private static Verdict connect(Container container, Probe probe, String podIp, Duration timeout) {
    if (probe.hasTcpSocket()) {
      return dial(podIp, port(container, probe.getTcpSocket().getPort()), timeout);
    }
    HTTPGetAction get = probe.getHttpGet();
    return HttpCheck.get(get, podIp, port(container, get.getPort()), timeout);
  }

  private static Verdict dial(String podIp, int port, Duration timeout) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(podIp, port), (int) timeout.toMillis());
      return new Passed();
    } catch (IOException e) {
      return new Failed("dial tcp " + podIp + ":" + port + ": " + e.getMessage());
    }
  }

  private static int port(Container container, IntOrString port) {
    if (port.getValueCase() != IntOrString.ValueCase.STRING_VALUE) {
      return port.getIntValue();
    }
    return container.getPortsList().stream()
        .filter(candidate -> candidate.getName().equals(port.getStringValue()))
        .map(ContainerPort::getContainerPort)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no port is named " + IntOrStrings.text(port)));
  }
}
