package dev.capstan.e2e.sim;

import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ServerStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who looks what comes of a write: watches everything from its version on, for a moment.
 * What it is shown is checked where all watches are.
 */
final class Onlooker {

  private static final List<String> KINDS =
      List.of("Namespace", "Node", "Pod", "ReplicaSet", "Deployment", "Lease");
  private static final int FRAMES = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private Onlooker() {}

  static void from(Api api, String version) {
    ResourceWatchRequest.Builder request =
        ResourceWatchRequest.newBuilder().setResourceVersion(version);
    KINDS.forEach(kind -> request.addSelectors(ResourceSelector.newBuilder().setKind(kind)));
    api.connection().seam().threads().start("onlooker", () -> look(api, request.build()));
  }

  private static void look(Api api, ResourceWatchRequest request) {
    try (ServerStream<WatchFrame> stream = api.watchAll(request)) {
      @Nullable WatchFrame frame = stream.next(PATIENCE);
      for (int i = 1; i < FRAMES && frame != null; i++) {
        frame = stream.next(PATIENCE);
      }
    } catch (ApiException e) {
      return; // The server went away, or so did the version.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
