package dev.capstan.apiserver;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** The version of this build. */
final class ServerVersion {

  /** What an unpacked build calls itself. */
  private static final String UNPACKED = "0.1.0";

  private ServerVersion() {}

  /** From the jar's manifest, e.g. "0.1.0". */
  static String get() {
    String packaged = ServerVersion.class.getPackage().getImplementationVersion();
    return packaged == null ? UNPACKED : packaged;
  }

  /** The commit the jar was built of, e.g. "1d47e98a2b3c"; empty if the build did not know. */
  static String commit() {
    try (InputStream manifest = ServerVersion.class.getResourceAsStream("/META-INF/MANIFEST.MF")) {
      return commit(manifest);
    } catch (IOException e) {
      return ""; // Not worth a server that does not start.
    }
  }

  /** The commit that a manifest names; empty if it names none. */
  static String commit(@Nullable InputStream manifest) throws IOException {
    if (manifest == null) {
      return "";
    }
    String value = new Manifest(manifest).getMainAttributes().getValue("Git-Commit");
    return Objects.requireNonNullElse(value, "");
  }
}
