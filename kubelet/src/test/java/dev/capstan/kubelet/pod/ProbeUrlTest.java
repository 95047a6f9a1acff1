package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.HTTPGetAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What HTTP probes ask for: the values are what Kubernetes' kubelet (Go's net/url) sends. */
class ProbeUrlTest {

  private static ProbeUrl of(String path) {
    return ProbeUrl.of(HTTPGetAction.newBuilder().setPath(path).build(), "10.88.0.2", 80);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | /",
        "/ | /",
        "healthz | /healthz",
        "/healthz | /healthz",
        "a/b?c=d | /a/b?c=d",
        "?ready=1 | /?ready=1",
        "/a?b=c d | /a?b=c%20d",
        "/a?b=%zz | /a?b=%zz",
        "/a b | /a%20b",
        "/a%20b | /a%20b",
        "/a%2Fb | /a%2Fb",
        "/a b%2Fc | /a%20b/c",
        "/100% | /100%25",
        "/100%?a=b | /100%25%3Fa=b",
        "/%zz | /%25zz",
        "/ä | /%C3%A4",
        "/a#part | /a",
        "/a;v=1,2:3@x | /a;v=1,2:3@x",
        "http://127.0.0.1:2379/metrics | /metrics",
        "//127.0.0.1:2379/metrics | /metrics",
      })
  void pathsAreCompletedAndEscaped(String path, String target) {
    assertThat(of(path))
        .isEqualTo(new ProbeUrl(false, "10.88.0.2", 80, target))
        .hasToString("http://10.88.0.2:80" + target);
  }

  @Test
  void locationsAreResolved() {
    ProbeUrl url = of("/a/b?c");
    assertThat(url.resolve("/x?y=1")).contains(new ProbeUrl(false, "10.88.0.2", 80, "/x?y=1"));
    assertThat(url.resolve("d")).contains(new ProbeUrl(false, "10.88.0.2", 80, "/a/d"));
    assertThat(url.resolve("//other")).contains(new ProbeUrl(false, "other", 80, "/"));
    assertThat(url.resolve("https://10.88.0.2/s"))
        .contains(new ProbeUrl(true, "10.88.0.2", 443, "/s"));
    assertThat(url.resolve("ftp://10.88.0.2/")).isEmpty();
    assertThat(url.resolve("http://[bad")).isEmpty();
  }
}
