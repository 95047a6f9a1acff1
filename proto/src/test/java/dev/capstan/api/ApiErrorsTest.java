package dev.capstan.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ConflictDetail;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiErrorsTest {

  private final Kind pods = KindRegistry.builtin().require("Pod");

  @Test
  void anErrorCarriesItsWordAndItsDetails() {
    StatusRuntimeException error = ApiErrors.conflict(pods, "x", "too late", "7", "u");
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(ApiErrors.reason(error)).isEqualTo("Conflict");
    assertThat(ApiErrors.detail(error, ConflictDetail.class).orElseThrow())
        .isEqualTo(
            ConflictDetail.newBuilder().setCurrentResourceVersion("7").setCurrentUid("u").build());
  }

  @Test
  void violationsTravelWithTheirPaths() {
    List<Violation> violations =
        List.of(new Violation("spec.replicas", "must be >= 0"), new Violation("", "odd"));
    StatusRuntimeException error = ApiErrors.invalid(pods, "x", violations);
    assertThat(error.getStatus().getDescription())
        .isEqualTo("pods \"x\" is invalid: spec.replicas: must be >= 0; odd");
    assertThat(ApiErrors.violations(error)).isEqualTo(violations);
  }

  @Test
  void anErrorOfSomebodyElseHasNoWord() {
    assertThat(ApiErrors.reason(Status.INTERNAL.asRuntimeException())).isEmpty();
    assertThat(ApiErrors.violations(new IllegalStateException())).isEmpty();
  }

  /** A message is for people: what a stranger's text holds must not act on their terminal. */
  @Test
  void controlCharactersOfARequestAreShownAndNotSent() {
    StatusRuntimeException error =
        ApiErrors.badRequest("metadata.labels[\u001b[2J]", "is not \u0007\n\u009b31m\u202e");
    assertThat(error.getStatus().getDescription())
        .isEqualTo("metadata.labels[\\u001b[2J]: is not \\u0007\\u000a\\u009b31m\\u202e");
    assertThat(ApiErrors.violations(error).getFirst().path())
        .isEqualTo("metadata.labels[\\u001b[2J]");
    assertThat(ApiErrors.violations(error).getFirst().message())
        .isEqualTo("is not \\u0007\\u000a\\u009b31m\\u202e");
  }
}
