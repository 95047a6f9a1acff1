package dev.capstan.kubelet.docker;

import dev.capstan.api.Numbers;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.kubelet.runtime.TimedCalls;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's own network: its links, and the rules of its bridges. By the programs that come with
 * every Docker engine, iproute2's and iptables'.
 */
final class NetTools {

  private static final Logger log = LoggerFactory.getLogger(NetTools.class);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** "9: vethaddd138@if8: <BROADCAST,…" */
  private static final Pattern LINK = Pattern.compile("\\d+: ([^@:\\s]+)@if(\\d+): .*");

  private final TimedCalls timed;

  NetTools(Seam seam) {
    this.timed = new TimedCalls(seam);
  }

  /** The outer ends of veth pairs, by the number of the inner end. */
  Map<Integer, List<String>> outerEnds() throws RuntimeFault, InterruptedException {
    Map<Integer, List<String>> ends = new LinkedHashMap<>();
    for (String line : run("", "ip", "-o", "link", "show", "type", "veth").split("\n")) {
      Matcher link = LINK.matcher(line);
      if (link.matches()) {
        int inner = Numbers.parseInt(link.group(2));
        ends.computeIfAbsent(inner, key -> new ArrayList<>()).add(link.group(1));
      }
    }
    return ends;
  }

  /** The numbers of the network interfaces that a process sees; none if it has ended. */
  static List<Integer> interfacesOf(long pid) {
    List<Integer> numbers = new ArrayList<>();
    try {
      // "8    eth0            1     0     01005e000001"; the kernel's file, not the container's.
      for (String line :
          Files.readAllLines(Path.of("/proc", Long.toString(pid), "net/dev_mcast"))) {
        numbers.add(Numbers.parseInt(line.strip().split("\\s+", 2)[0]));
      }
    } catch (IOException e) {
      // Also in the middle of the file, if it ends just then.
      log.debug("interfaces of process {}: {}", pid, e.toString());
      return List.of();
    }
    return numbers;
  }

  /**
   * Runs a program and returns what it printed.
   *
   * @param input for its standard input
   * @throws RuntimeFault FAILED with its words if it cannot be run or fails
   */
  String run(String input, String... command) throws RuntimeFault, InterruptedException {
    return switch (timed.call(command[0], LIMIT, () -> run(input, List.of(command)))) {
      case TimedCalls.Returned<String>(String output) -> output;
      case TimedCalls.Threw<String>(Throwable e) ->
          throw new RuntimeFault(Kind.FAILED, String.valueOf(e.getMessage()), e);
      case TimedCalls.TimedOut<String>() ->
          throw new RuntimeFault(Kind.FAILED, command[0] + " did not end");
    };
  }

  private static String run(String input, List<String> command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      byte[] output = process.getInputStream().readAllBytes();
      String text = new String(output, StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + text);
      }
      return text;
    } finally {
      process.destroyForcibly();
    }
  }
}
