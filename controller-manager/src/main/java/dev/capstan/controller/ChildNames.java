package dev.capstan.controller;

/** Names that controllers make for the children of an object. */
public final class ChildNames {

  /** Longest name of an object. */
  public static final int MOST = 253;

  private ChildNames() {}

  /**
   * The owner's name, a dash and the suffix. The owner's name is cut if the whole would be longer
   * than {@code most} characters, and so that the dash does not follow a dot or another dash, which
   * names must not contain. The same arguments always give the same name.
   */
  public static String of(String owner, String suffix, int most) {
    int room = most - suffix.length() - 1;
    int end = Math.min(owner.length(), room);
    while (end < owner.length() && (owner.charAt(end - 1) == '.' || owner.charAt(end - 1) == '-')) {
      end--;
    }
    return owner.substring(0, end) + '-' + suffix;
  }
}
