package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.HTTPGetAction;
import dev.capstan.api.v1.HTTPHeader;
import dev.capstan.kubelet.pod.Prober.Verdict;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One HTTP probe, as Kubernetes makes it: 200 to 399 is success. Redirects are followed as long as
 * they stay on the host, at most ten; one that leads elsewhere, or says not where, is a success
 * with a warning. Certificates are not verified: the probe asks whether the server answers, not who
 * it is.
 */
final class HttpCheck {

  private static final int MOST_REDIRECTS = 10;

  /** Headers that say how the request is sent, which is not the probe's to choose. */
  private static final List<String> OURS =
      List.of("host", "connection", "content-length", "transfer-encoding");

  private final HTTPGetAction action;
  private final Duration timeout;

  private HttpCheck(HTTPGetAction action, Duration timeout) {
    this.action = action;
    this.timeout = timeout;
  }

  /**
   * Asks once.
   *
   * @param timeout for each step; the caller bounds the whole
   */
  static Verdict get(HTTPGetAction action, String host, int port, Duration timeout) {
    return new HttpCheck(action, timeout).follow(ProbeUrl.of(action, host, port));
  }

  private Verdict follow(ProbeUrl first) {
    ProbeUrl url = first;
    String virtualHost = hostHeader();
    for (int redirects = 0; ; redirects++) {
      HttpAnswer answer;
      try {
        answer = ask(url, virtualHost);
      } catch (IOException e) {
        return failed(url, String.valueOf(e.getMessage()));
      }
      if (answer.status() < 200 || answer.status() >= 400) {
        return new Verdict.Failed("HTTP probe failed with statuscode: " + answer.status());
      }
      if (answer.status() < 300) {
        return new Verdict.Passed();
      }
      Optional<ProbeUrl> next =
          answer.redirects() ? url.resolve(answer.location()) : Optional.empty();
      if (next.isEmpty() || !next.get().host().equals(first.host())) {
        return warning(answer);
      }
      if (redirects == MOST_REDIRECTS - 1) {
        return failed(next.get(), "stopped after " + MOST_REDIRECTS + " redirects");
      }
      if (answer.location().contains("//")) {
        virtualHost = ""; // An absolute location says itself which host it means.
      }
      url = next.get();
    }
  }

  private static Verdict failed(ProbeUrl url, String words) {
    return new Verdict.Failed("Get \"" + url + "\": " + words);
  }

  private static Verdict warning(HttpAnswer answer) {
    String where = answer.location().isEmpty() ? "" : ", Location: " + answer.location();
    return new Verdict.PassedWithWarning(
        "Probe terminated redirects, statuscode: " + answer.status() + where);
  }

  private HttpAnswer ask(ProbeUrl url, String virtualHost) throws IOException {
    try (Socket socket = open(url)) {
      OutputStream out = socket.getOutputStream();
      out.write(request(url, virtualHost).getBytes(StandardCharsets.UTF_8));
      out.flush();
      return HttpAnswer.read(new BufferedInputStream(socket.getInputStream()));
    }
  }

  private Socket open(ProbeUrl url) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(url.host(), url.port()), (int) timeout.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      if (!url.https()) {
        return socket;
      }
      return trusting().getSocketFactory().createSocket(socket, url.host(), url.port(), true);
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

  private String hostHeader() {
    return action.getHttpHeadersList().stream()
        .filter(header -> header.getName().equalsIgnoreCase("Host"))
        .map(HTTPHeader::getValue)
        .findFirst()
        .orElse("");
  }

  private String request(ProbeUrl url, String virtualHost) {
    StringBuilder request = new StringBuilder("GET " + url.target() + " HTTP/1.1\r\n");
    append(request, "Host", virtualHost.isEmpty() ? url.authority() : virtualHost);
    Set<String> given = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (HTTPHeader header : action.getHttpHeadersList()) {
      given.add(header.getName());
      boolean left = OURS.contains(header.getName().toLowerCase(Locale.ROOT));
      // An empty Accept means: send none.
      if (!left && !(header.getName().equalsIgnoreCase("Accept") && header.getValue().isEmpty())) {
        append(request, header.getName(), header.getValue());
      }
    }
    if (!given.contains("User-Agent")) {
      append(request, "User-Agent", "capstan-probe/0.1");
    }
    if (!given.contains("Accept")) {
      append(request, "Accept", "*/*");
    }
    append(request, "Connection", "close");
    return request.append("\r\n").toString();
  }

  private static void append(StringBuilder request, String name, String value) {
    request.append(oneLine(name)).append(": ").append(oneLine(value)).append("\r\n");
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\r\\n]", " ");
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
