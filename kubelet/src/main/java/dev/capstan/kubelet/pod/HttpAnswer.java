package dev.capstan.kubelet.pod;

import dev.capstan.api.Numbers;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a probe reads of an answer.
 *
 * @param status the status code
 * @param location the header Location; empty if there is none
 */
record HttpAnswer(int status, String location) {

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/\\d(?:\\.\\d)? (\\d{3}).*");
  private static final int LONGEST_LINE = 8192;
  private static final int MOST_HEADERS = 200;

  /** Reads the status line and, of a redirect, the headers; never more than a bounded piece. */
  static HttpAnswer read(InputStream in) throws IOException {
    String first = line(in);
    Matcher matcher = STATUS_LINE.matcher(first);
    if (!matcher.matches()) {
      throw new ProtocolException("malformed HTTP response \"" + first + "\"");
    }
    int status = Numbers.parseInt(matcher.group(1));
    return new HttpAnswer(status, status / 100 == 3 ? location(in) : "");
  }

  private static String location(InputStream in) throws IOException {
    for (int i = 0; i < MOST_HEADERS; i++) {
      String line = line(in);
      if (line.isEmpty()) {
        return "";
      }
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).equalsIgnoreCase("Location")) {
        return line.substring(colon + 1).strip();
      }
    }
    throw new ProtocolException("more than " + MOST_HEADERS + " headers");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      throw new EOFException("EOF");
    }
    while (c >= 0 && c != '\n' && line.length() < LONGEST_LINE) {
      line.append((char) c);
      c = in.read();
    }
    return line.toString().strip();
  }

  /** Whether it is one of the redirects that are followed, and says where to. */
  boolean redirects() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> !location.isEmpty();
      default -> false;
    };
  }
}
