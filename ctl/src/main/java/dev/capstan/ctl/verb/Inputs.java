package dev.capstan.ctl.verb;

import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.manifest.Manifest;
import dev.capstan.ctl.manifest.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads what -f names. */
final class Inputs {

  private Inputs() {}

  /** All objects of all files; everything that is wrong in any of them is reported together. */
  static List<Manifest> read(Cli cli) throws IOException {
    List<String> names = cli.args().all("filename");
    if (names.isEmpty()) {
      throw CliException.error("must specify -f FILE");
    }
    ManifestReader reader =
        new ManifestReader(cli.kinds(), cli.namespace(), cli.session().namespaceGiven());
    for (String name : names) {
      if (name.equals("-")) {
        reader.read("stdin", cli.env().in().readNBytes(ManifestReader.MAX_BYTES + 1));
      } else {
        Path path = cli.env().file(name);
        if (!Files.exists(path)) {
          throw CliException.error("the path \"" + name + "\" does not exist");
        }
        for (Path file : files(path, cli.args().is("recursive"))) {
          String shown =
              file.equals(path) ? name : name.replaceFirst("/$", "") + "/" + path.relativize(file);
          reader.read(shown, bytes(file, shown));
        }
      }
    }
    List<Manifest> manifests = reader.manifests();
    if (manifests.isEmpty()) {
      throw CliException.error("no objects passed to " + cli.path());
    }
    return manifests;
  }

  private static byte[] bytes(Path file, String shown) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) > ManifestReader.MAX_BYTES) {
      throw CliException.error(
          shown + " is larger than " + (ManifestReader.MAX_BYTES >> 20) + " MiB");
    }
    return Files.readAllBytes(file);
  }

  private static List<Path> files(Path path, boolean recursive) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.walk(path, recursive ? Integer.MAX_VALUE : 1)) {
      return all.filter(Files::isRegularFile).filter(Inputs::isManifest).sorted().toList();
    }
  }

  private static boolean isManifest(Path file) {
    String name = file.toString();
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }
}
