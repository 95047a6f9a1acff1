package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.HTTPGetAction;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * What an HTTP probe asks for.
 *
 * @param https whether over TLS
 * @param host an address, or the host of a redirect
 * @param port its port
 * @param target path and query as they stand in the request, beginning with a slash
 */
record ProbeUrl(boolean https, String host, int port, String target) {

  /** What Go's net/url leaves as it is in a path, beside letters and digits. */
  private static final String PLAIN = "-_.~$&+,/:;=@!'()*[]";

  /** The path of a probe need not be one: Kubernetes completes and escapes it, and so does this. */
  static ProbeUrl of(HTTPGetAction action, String host, int port) {
    return new ProbeUrl(action.getScheme().equals("HTTPS"), host, port, target(action.getPath()));
  }

  private static String target(String path) {
    String whole = path.replaceFirst("^([a-zA-Z][-+.a-zA-Z0-9]*:)?//[^/?#]*", "");
    int hash = whole.indexOf('#');
    String named = hash < 0 ? whole : whole.substring(0, hash);
    int mark = named.indexOf('?');
    String first = mark < 0 ? named : named.substring(0, mark);
    if (!hasGoodPercents(first)) {
      return withSlash(escaped(path)); // No URL: then all of it is a path.
    }
    String query = mark < 0 ? "" : named.substring(mark).replace(" ", "%20");
    return withSlash(isPlain(first) ? first : escaped(unescaped(first))) + query;
  }

  private static String withSlash(String path) {
    return path.startsWith("/") ? path : "/" + path;
  }

  private static boolean hasGoodPercents(String text) {
    return text.replaceAll("%[0-9a-fA-F]{2}", "").indexOf('%') < 0;
  }

  private static boolean isPlain(String path) {
    return path.chars().allMatch(c -> c == '%' || isPlain(c));
  }

  private static boolean isPlain(int c) {
    boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter || (c >= '0' && c <= '9') || PLAIN.indexOf(c) >= 0;
  }

  private static String escaped(String path) {
    StringBuilder result = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0 && isPlain(b)) {
        result.append((char) b);
      } else {
        result.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return result.toString();
  }

  private static String unescaped(String path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] in = path.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%') {
        bytes.write(HexFormat.fromHexDigits(path(in, i + 1)));
        i += 2;
      } else {
        bytes.write(in[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String path(byte[] in, int from) {
    return new String(in, from, 2, StandardCharsets.US_ASCII);
  }

  /** Where a Location header of its answer leads; empty if it is no HTTP URL. */
  Optional<ProbeUrl> resolve(String location) {
    try {
      URI to = URI.create(toString()).resolve(location.strip().replace(" ", "%20"));
      String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
      boolean secure = scheme.equals("https");
      if (to.getHost() == null || !(secure || scheme.equals("http"))) {
        return Optional.empty();
      }
      int number = to.getPort() < 0 ? (secure ? 443 : 80) : to.getPort();
      String path = to.getRawPath() == null ? "" : to.getRawPath();
      String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
      return Optional.of(new ProbeUrl(secure, to.getHost(), number, withSlash(path) + query));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** As the header Host has it. */
  String authority() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return (https ? "https" : "http") + "://" + authority() + target;
  }
}
