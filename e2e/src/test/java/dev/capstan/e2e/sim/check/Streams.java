package dev.capstan.e2e.sim.check;

import com.google.protobuf.Message;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * I2 across streams: a component that opens a watch again goes on no later than where one of its
 * earlier streams of the same selection had come to. Users may begin at any version they know.
 */
final class Streams {

  private final World world;
  private final Report report;
  private final KindRegistry kinds;
  private final Map<Identity, List<StreamLog>> earlier = new HashMap<>();

  Streams(World world, Report report, Setup setup) {
    this.world = world;
    this.report = report;
    this.kinds = setup.kinds();
  }

  StreamLog opened(String client, Role role, String method, Message request) {
    List<Selected> selection = Selected.of(kinds, method, request);
    String from =
        switch (request) {
          case ResourceWatchRequest watch -> watch.getResourceVersion();
          case WatchRequest watch -> watch.getResourceVersion();
          default -> throw new IllegalArgumentException("no watch: " + method);
        };
    StreamLog stream = new StreamLog(world, report, client + "'s watch", selection, from);
    List<StreamLog> same =
        earlier.computeIfAbsent(identity(client, method, request), key -> new ArrayList<>());
    if (role != Role.USER && !from.isEmpty()) {
      long seen = same.stream().mapToLong(StreamLog::seen).max().orElse(-1);
      if (ResourceVersions.revision(from) > seen) {
        report.broken(
            "I2",
            "%s resumes its watch after revision %d, but has seen no more than %d"
                .formatted(client, ResourceVersions.revision(from), seen));
      }
    }
    same.add(stream);
    return stream;
  }

  /** Streams that ask the same on behalf of the same process. */
  private record Identity(String client, String method, Message what) {}

  private static Identity identity(String client, String method, Message request) {
    Message what =
        switch (request) {
          case ResourceWatchRequest watch ->
              watch.toBuilder().clearResourceVersion().clearWatchId().build();
          case WatchRequest watch -> watch.toBuilder().clearResourceVersion().build();
          default -> request;
        };
    return new Identity(client, method, what);
  }
}
