package dev.capstan.api;

/**
 * Resource versions: the store's revision and the slot inside its commit group, as one decimal
 * number. Opaque to users, ordered, unique per write.
 */
public final class ResourceVersions {

  /** Bits for the slot. */
  private static final int SLOT_BITS = 7;

  /** The slot that means "all of the revision", in lists and watch frames. */
  public static final int WHOLE = (1 << SLOT_BITS) - 1;

  private ResourceVersions() {}

  /** The version of the write in this slot (0 to 126) of a revision. */
  public static String of(long revision, int slot) {
    return Long.toString((revision << SLOT_BITS) | slot);
  }

  /** The version at which all of a revision has been seen. */
  public static String whole(long revision) {
    return of(revision, WHOLE);
  }

  /**
   * The version as a number that orders as versions do.
   *
   * @throws IllegalArgumentException if the text is not a version
   */
  public static long parse(String version) {
    try {
      long value = Numbers.parseLong(version);
      if (value >= 0 && !version.startsWith("+")) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below in words a caller can use.
    }
    throw new IllegalArgumentException("\"" + version + "\" is not a resource version");
  }

  /** The store's revision of a version. */
  public static long revision(String version) {
    return parse(version) >> SLOT_BITS;
  }

  /** The slot of a version. */
  public static int slot(String version) {
    return (int) (parse(version) & WHOLE);
  }

  /** Orders two versions; negative if {@code a} is older. */
  public static int compare(String a, String b) {
    return Long.compare(parse(a), parse(b));
  }
}
