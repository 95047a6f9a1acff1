package dev.capstan.ctl.verb;

import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.LogPosition;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.client.ApiException;
import dev.capstan.client.ServerStream;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.cluster.Outage;
import dev.capstan.seam.Clock;
import io.grpc.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads one container's log. When the API server, or the node's kubelet, was away, it goes on after
 * the last piece that came, without gap or repetition. --request-timeout bounds it.
 */
final class LogReading implements AutoCloseable {

  private static final Duration FOREVER = Duration.ofDays(365);

  private final Cli cli;
  private final LogsRequest request;
  private final Outage.Reader outage;
  private final Clock clock;
  private final Duration limit;
  private final long deadline;
  private @Nullable ServerStream<LogChunk> stream;
  private @Nullable LogPosition place;
  private long read;

  LogReading(Cli cli, LogsRequest request) {
    this.cli = cli;
    this.request = request;
    this.outage = cli.session().outage();
    this.clock = cli.env().seam().clock();
    this.limit = cli.session().requestTimeout();
    this.deadline = clock.deadline(limit);
  }

  /**
   * The next piece; null at the end.
   *
   * @throws ApiException if the log cannot be read, or not gone on with
   */
  @Nullable LogChunk next() throws InterruptedException {
    while (true) {
      try {
        return take();
      } catch (ApiException.NotFound e) {
        if (place == null) {
          throw e;
        }
        cli.out().flush();
        cli.err().println(gone());
        return null;
      } catch (ApiException.Unavailable e) {
        boolean over = limit.isPositive() && clock.nanoTime() - deadline >= 0;
        if (over && request.getFollow() && e.code() == Status.Code.DEADLINE_EXCEEDED) {
          return null;
        }
        boolean goesOn = request.getFollow() && (place != null || read == 0);
        if (!goesOn) {
          throw e;
        }
        close();
        cli.out().flush();
        if (over) {
          throw e;
        }
        outage.bear(e);
      }
    }
  }

  private @Nullable LogChunk take() throws InterruptedException {
    if (request.hasLimitBytes() && read >= request.getLimitBytes()) {
      return null;
    }
    ServerStream<LogChunk> open = stream;
    if (open == null) {
      open = cli.api().logs(ask());
      stream = open;
    }
    LogChunk chunk =
        open.next(limit.isZero() ? FOREVER : Duration.ofNanos(deadline - clock.nanoTime()));
    outage.over();
    if (chunk == null) {
      return null;
    }
    if (chunk.hasPosition()) {
      place = chunk.getPosition();
    }
    read += chunk.getData().size();
    return chunk;
  }

  private LogsRequest ask() {
    LogsRequest.Builder b = request.toBuilder();
    if (place != null) {
      b.setAfter(place);
    }
    if (request.hasLimitBytes()) {
      b.setLimitBytes(request.getLimitBytes() - read);
    }
    return b.build();
  }

  private String gone() {
    return "pod \"" + request.getName() + "\" was deleted meanwhile: what it printed last is lost";
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
