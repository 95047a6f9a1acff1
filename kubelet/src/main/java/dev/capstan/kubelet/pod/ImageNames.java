package dev.capstan.kubelet.pod;

import java.util.Locale;
import java.util.regex.Pattern;

/** Which image references name an image: the grammar of Docker's distribution references. */
final class ImageNames {

  private static final String WORD = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final String HOST_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
  private static final String HOST =
      "(?:" + HOST_PART + "(?:\\." + HOST_PART + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
  private static final String NAME = "(?:" + HOST + "/)?" + WORD + "(?:/" + WORD + ")*";
  private static final String TAG = "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?";
  private static final String DIGEST =
      "(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?";
  private static final Pattern REFERENCE = Pattern.compile(NAME + TAG + DIGEST);

  private ImageNames() {}

  /** What is wrong with a reference; empty if it may name an image. */
  static String problem(String image) {
    if (REFERENCE.matcher(image).matches()) {
      return "";
    }
    boolean upperCase = REFERENCE.matcher(image.toLowerCase(Locale.ROOT)).matches();
    return "couldn't parse image name \""
        + image
        + "\": invalid reference format"
        + (upperCase ? ": repository name must be lowercase" : "");
  }
}
