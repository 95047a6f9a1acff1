package dev.capstan.apiserver;

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
}
