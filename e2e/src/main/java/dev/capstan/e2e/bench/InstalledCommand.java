package dev.capstan.e2e.bench;

import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The launcher as deploy/up leaves it, in a folder of its own, and one without an AOT cache. */
final class InstalledCommand {
  private final Path folder;
  private final Path jar;
  private final Path cache;
  private final Path java;
  private final List<String> flags;

  private InstalledCommand(Path folder, Path java, List<String> flags) {
    this.folder = folder;
    this.jar = folder.resolve("capstan-ctl.jar");
    this.cache = folder.resolve("capstan-ctl.aot");
    this.java = java;
    this.flags = flags;
  }

  static InstalledCommand copy(Path root, Path folder) throws IOException {
    Path script = root.resolve("deploy/bin/capstan");
    List<String> flags =
        Files.readAllLines(script).stream()
            .filter(line -> line.startsWith("flags=\""))
            .map(line -> line.substring(7, line.lastIndexOf('"')))
            .flatMap(line -> List.of(line.split(" ")).stream())
            .toList();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    InstalledCommand installed = new InstalledCommand(folder, java, flags);
    for (String each : List.of("trained", "plain")) {
      Path at = folder.resolve(each);
      Files.createDirectories(at.resolve("deploy/bin"));
      Files.createDirectories(at.resolve(".tools/launch"));
      Files.copy(script, at.resolve("deploy/bin/capstan"), StandardCopyOption.COPY_ATTRIBUTES);
      Files.writeString(
          at.resolve(".tools/launch/ctl"),
          java
              + "\n"
              + installed.jar
              + "\n"
              + (each.equals("plain") ? "-" : installed.cache)
              + "\n");
    }
    Files.copy(root.resolve("ctl/target/capstan-ctl.jar"), installed.jar);
    return installed;
  }

  Path launcher() {
    return folder.resolve("trained/deploy/bin/capstan");
  }

  Path plain() {
    return folder.resolve("plain/deploy/bin/capstan");
  }

  /** The flags must be the launcher's, or the JVM refuses the cache. */
  List<String> trainer() {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.add("-XX:AOTCacheOutput=" + cache);
    command.addAll(flags);
    command.addAll(List.of("-jar", jar.toString()));
    return command;
  }

  boolean finish() throws IOException {
    return Files.exists(cache) && Files.size(cache) > 1 << 20;
  }

  /** Asks the kernel to drop what it holds of the files. */
  void evict(Seam seam) throws InterruptedException, IOException {
    for (Path file : List.of(jar, cache)) {
      List<String> command =
          List.of("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0");
      Command.run(command, Map.of(), seam);
    }
  }
}
