package dev.capstan.kubelet.node;

import com.sun.management.OperatingSystemMXBean;
import dev.capstan.api.Numbers;
import dev.capstan.api.v1.NodeSystemInfo;
import dev.capstan.client.ConnectionOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a machine is and has, read from the JVM and the files every Linux has. */
public final class HostFacts {

  /**
   * Of the filesystem of the data folder: below this share of free space the disk is under
   * pressure.
   */
  private static final double DISK_FREE = 0.05;

  /** Below this much available memory the machine is under pressure. */
  private static final long MEMORY_FREE = 100L << 20;

  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+([0-9]{1,15}) kB");

  private HostFacts() {}

  /** Cores times 1000. */
  public static long cpuMillis() {
    return Runtime.getRuntime().availableProcessors() * 1000L;
  }

  /** Physical memory in bytes. */
  public static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** Versions and identity. */
  public static NodeSystemInfo systemInfo() {
    return NodeSystemInfo.newBuilder()
        .setMachineId(firstLine(Path.of("/etc/machine-id")))
        .setKernelVersion(System.getProperty("os.version", ""))
        .setOsImage(osImage())
        .setKubeletVersion("v" + ConnectionOptions.VERSION)
        .setOperatingSystem(System.getProperty("os.name", "").toLowerCase(Locale.ROOT))
        .setArchitecture(architecture())
        .build();
  }

  /** As Kubernetes and Docker name it. */
  public static String architecture() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("aarch64") ? "arm64" : arch;
  }

  private static String osImage() {
    try {
      for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
        if (line.startsWith("PRETTY_NAME=")) {
          return line.substring("PRETTY_NAME=".length()).replace("\"", "");
        }
      }
    } catch (IOException e) {
      return "";
    }
    return "";
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** The machine's name. */
  public static String hostname() {
    String name = firstLine(Path.of("/proc/sys/kernel/hostname"));
    return name.isEmpty() ? "localhost" : name.toLowerCase(Locale.ROOT);
  }

  /** The address the machine would use towards others; nothing is sent to find out. */
  public static String address() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 9));
      String address = socket.getLocalAddress().getHostAddress();
      return address.equals("0.0.0.0") ? "127.0.0.1" : address;
    } catch (SocketException | UnknownHostException | UncheckedIOException e) {
      return "127.0.0.1";
    }
  }

  /** Whether the disk under this folder is nearly full. */
  public static Pressure diskPressure(Path folder) {
    try {
      FileStore store = Files.getFileStore(Files.exists(folder) ? folder : Path.of("/"));
      double free = (double) store.getUsableSpace() / Math.max(1, store.getTotalSpace());
      return free < DISK_FREE
          ? new Pressure.Present(
              String.format(Locale.ROOT, "%.1f %% of the disk of %s is free", free * 100, folder))
          : new Pressure.None();
    } catch (IOException e) {
      return new Pressure.Unknown("the free space of " + folder + " cannot be read: " + e);
    }
  }

  /** Whether memory is nearly used up. */
  public static Pressure memoryPressure() {
    return memoryPressure(Path.of("/proc/meminfo"));
  }

  static Pressure memoryPressure(Path meminfo) {
    try {
      for (String line : Files.readAllLines(meminfo)) {
        Matcher available = AVAILABLE.matcher(line);
        if (available.matches()) {
          long bytes = Numbers.parseLong(available.group(1)) << 10;
          return bytes < MEMORY_FREE
              ? new Pressure.Present((bytes >> 20) + " MiB of memory are available")
              : new Pressure.None();
        }
      }
      return new Pressure.Unknown(meminfo + " does not say what is available");
    } catch (IOException e) {
      return new Pressure.Unknown("available memory cannot be read: " + e);
    }
  }
}
