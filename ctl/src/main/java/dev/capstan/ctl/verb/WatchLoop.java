package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.Resource;
import dev.capstan.client.Watch;
import dev.capstan.ctl.Cli;
import dev.capstan.seam.Clock;
import java.time.Duration;

/**
 * Watches until the reader has seen enough; goes on where it was when the server was away for a
 * moment.
 */
final class WatchLoop {

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Reads frames; false when it wants no more. */
  interface Reader {
    boolean read(Watch.Frame<Message> frame);
  }

  private final Cli cli;
  private final Resource<Message> resource;
  private final ListOptions options;

  WatchLoop(Cli cli, Resource<Message> resource, ListOptions options) {
    this.cli = cli;
    this.resource = resource;
    this.options = options;
  }

  /**
   * Watches from a version on.
   *
   * @throws ApiException.Unavailable if the server stays away for half a minute
   */
  void run(String from, Reader reader) throws InterruptedException {
    Clock clock = cli.env().seam().clock();
    String version = from;
    long deadline = clock.deadline(PATIENCE);
    while (true) {
      try (Watch<Message> watch = resource.watch(options, version)) {
        for (Watch.Frame<Message> f = watch.next(); f != null; f = watch.next()) {
          version = f.resourceVersion();
          deadline = clock.deadline(PATIENCE);
          if (!reader.read(f)) {
            return;
          }
        }
      } catch (ApiException.Compacted e) {
        version = resource.list(options).resourceVersion();
      } catch (ApiException.Unavailable e) {
        if (clock.nanoTime() - deadline >= 0) {
          throw e;
        }
      }
      clock.sleep(PAUSE);
      cli.api().connection().reconnectNow();
    }
  }
}
