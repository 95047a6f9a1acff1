package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectList;
import dev.capstan.client.Resource;
import dev.capstan.client.Watch;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.cluster.Outage;
import dev.capstan.seam.Clock;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Watches until the reader has seen enough or --request-timeout is over. When the server was away
 * it goes on where it was; if the server does not know any more what happened meanwhile, it lists
 * and tells what is different.
 */
final class WatchLoop {

  /** Reads frames; false when it wants no more. */
  interface Reader {
    boolean read(Watch.Frame<Message> frame);
  }

  private static final Duration FOREVER = Duration.ofDays(365);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Kind kind;
  private final Resource<Message> resource;
  private final ListOptions options;
  private final Outage.Reader outage;
  private final Clock clock;
  private final Duration limit;
  private final long deadline;
  private final Map<String, Message> known = new LinkedHashMap<>();
  private String version = "";

  WatchLoop(Cli cli, Kind kind, Resource<Message> resource, ListOptions options) {
    this.kind = kind;
    this.resource = resource;
    this.options = options;
    this.outage = cli.session().outage();
    this.clock = cli.env().seam().clock();
    this.limit = cli.session().requestTimeout();
    this.deadline = clock.deadline(limit);
  }

  /**
   * Watches from a list on.
   *
   * @throws ApiException.Unavailable if the server is away when --request-timeout is over
   */
  void run(ObjectList<Message> from, Reader reader) throws InterruptedException {
    from.items().forEach(o -> known.put(key(o), o));
    version = from.resourceVersion();
    boolean forgotten = false;
    while (true) {
      try {
        if (forgotten && !reader.read(missed(resource.list(options)))) {
          return;
        }
        forgotten = false;
        watch(reader);
        return;
      } catch (TimeIsUp e) {
        return;
      } catch (ApiException.Compacted e) {
        if (isOver()) {
          return;
        }
        clock.sleep(PAUSE); // A server that forgets so soon has much to do.
        forgotten = true;
      } catch (ApiException.Unavailable e) {
        if (isOver()) {
          throw e;
        }
        outage.bear(e);
      }
    }
  }

  /** Reads until enough was seen. */
  private void watch(Reader reader) throws InterruptedException, TimeIsUp {
    try (Watch<Message> watch = resource.watch(options, version)) {
      Watch.Frame<Message> frame;
      do {
        frame = next(watch);
        outage.over();
        version = frame.resourceVersion().isEmpty() ? version : frame.resourceVersion();
        frame.events().forEach(this::note);
      } while (reader.read(frame));
    }
  }

  private Watch.Frame<Message> next(Watch<Message> watch) throws InterruptedException, TimeIsUp {
    try {
      return watch.require(
          limit.isZero() ? FOREVER : Duration.ofNanos(deadline - clock.nanoTime()));
    } catch (ApiException.Unavailable e) {
      if (e.code() == Status.Code.DEADLINE_EXCEEDED && isOver()) {
        throw new TimeIsUp();
      }
      throw e;
    }
  }

  private boolean isOver() {
    return limit.isPositive() && clock.nanoTime() - deadline >= 0;
  }

  private void note(Watch.Event<Message> event) {
    if (event.type() == Watch.Type.DELETED) {
      known.remove(key(event.object()));
    } else {
      known.put(key(event.object()), event.object());
    }
  }

  /** What is different from what was told. */
  private Watch.Frame<Message> missed(ObjectList<Message> list) {
    List<Watch.Event<Message>> events = new ArrayList<>();
    Map<String, Message> gone = new LinkedHashMap<>(known);
    for (Message object : list.items()) {
      gone.remove(key(object));
      Message before = known.get(key(object));
      if (before == null) {
        events.add(new Watch.Event<>(Watch.Type.ADDED, object));
      } else if (!version(before).equals(version(object))) {
        events.add(new Watch.Event<>(Watch.Type.MODIFIED, object));
      }
    }
    gone.values().forEach(object -> events.add(new Watch.Event<>(Watch.Type.DELETED, object)));
    events.forEach(this::note);
    version = list.resourceVersion();
    return new Watch.Frame<>(version, events, false, false);
  }

  /** One of the same name but another uid is another. */
  private String key(Message object) {
    ObjectMeta meta = kind.metadata(object);
    return meta.getNamespace() + "/" + meta.getName() + "/" + meta.getUid();
  }

  private String version(Message object) {
    return kind.metadata(object).getResourceVersion();
  }

  private static final class TimeIsUp extends Exception {
    private static final long serialVersionUID = 1L;

    TimeIsUp() {
      super("--request-timeout is over", null, false, false);
    }
  }
}
