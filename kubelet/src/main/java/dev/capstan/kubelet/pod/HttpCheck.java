package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.HTTPGetAction;
import dev.capstan.api.v1.HTTPHeader;
import dev.capstan.kubelet.pod.Prober.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One HTTP request whose status line is the answer: 200 to 399 is success. Certificates are not
 * verified: the probe asks whether the server answers, not who it is (as in Kubernetes).
 */
final class HttpCheck {

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/\\d(?:\\.\\d)? (\\d{3}).*");
  private static final int LONGEST_LINE = 1024;

  private HttpCheck() {}

  static Verdict get(HTTPGetAction action, String host, int port, Duration timeout)
      throws IOException {
    try (Socket socket = open(action.getScheme(), host, port, timeout)) {
      OutputStream out = socket.getOutputStream();
      out.write(request(action, host, port).getBytes(StandardCharsets.UTF_8));
      out.flush();
      return judge(line(socket.getInputStream()));
    } catch (IOException e) {
      String scheme = action.getScheme().equals("HTTPS") ? "https" : "http";
      return new Verdict.Failed(
          "Get \"" + scheme + "://" + host + ":" + port + path(action) + "\": " + e.getMessage());
    }
  }

  private static Socket open(String scheme, String host, int port, Duration timeout)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      if (!scheme.equals("HTTPS")) {
        return socket;
      }
      return trusting().getSocketFactory().createSocket(socket, host, port, true);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static SSLContext trusting() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustEverybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static String path(HTTPGetAction action) {
    return action.getPath().isEmpty() ? "/" : action.getPath();
  }

  private static String request(HTTPGetAction action, String host, int port) {
    StringBuilder request = new StringBuilder("GET " + path(action) + " HTTP/1.1\r\n");
    boolean named = false;
    for (HTTPHeader header : action.getHttpHeadersList()) {
      named |= header.getName().equalsIgnoreCase("Host");
      append(request, header.getName(), header.getValue());
    }
    if (!named) {
      append(request, "Host", host + ":" + port);
    }
    append(request, "User-Agent", "capstan-probe/0.1");
    append(request, "Accept", "*/*");
    append(request, "Connection", "close");
    return request.append("\r\n").toString();
  }

  private static void append(StringBuilder request, String name, String value) {
    request.append(oneLine(name)).append(": ").append(oneLine(value)).append("\r\n");
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\r\\n]", " ");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private static Verdict judge(String statusLine) {
    Matcher matcher = STATUS_LINE.matcher(statusLine);
    if (!matcher.matches()) {
      return new Verdict.Failed("malformed HTTP response \"" + statusLine + "\"");
    }
    int code = Integer.parseInt(matcher.group(1));
    return code >= 200 && code < 400
        ? new Verdict.Passed()
        : new Verdict.Failed("HTTP probe failed with statuscode: " + code);
  }

  private static final class TrustEverybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      // Never a server here.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      // See the class's comment.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
