package dev.capstan.e2e.bench;

import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ServerStream;
import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import java.util.Arrays;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One watch of pods, and when each of its frames came. It reads only versions and counts: what is
 * measured is the server's work, not this process's.
 */
final class FrameLog implements AutoCloseable {

  private final Clock clock;
  private final ServerStream<WatchFrame> frames;
  // Written last for each frame: who has read it sees the rest.
  private volatile String reached = "";
  private volatile @Nullable String broken;
  private long events;
  private String[] versions = new String[256];
  private long[] nanos = new long[256];
  private int count;
  private int disorder;

  private FrameLog(ServerStream<WatchFrame> frames, Clock clock) {
    this.frames = frames;
    this.clock = clock;
  }

  /**
   * Opens a watch without reading it.
   *
   * @param fields a field selector; empty for all pods
   */
  static FrameLog open(Api api, Seam seam, String fields) {
    return new FrameLog(
        api.watchAll(
            ResourceWatchRequest.newBuilder()
                .addSelectors(ResourceSelector.newBuilder().setKind("Pod").setFieldSelector(fields))
                .build()),
        seam.clock());
  }

  /** Reads it on a thread of its own. */
  FrameLog reading(Seam seam) {
    seam.threads().start("watcher", this::read);
    return this;
  }

  private void read() {
    try {
      for (WatchFrame frame = frames.next(); frame != null; frame = frames.next()) {
        take(frame, clock.nanoTime());
      }
      broken = "ended";
    } catch (ApiException.Compacted e) {
      broken = "compacted";
    } catch (ApiException e) {
      broken = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      broken = "interrupted";
    }
  }

  private void take(WatchFrame frame, long now) {
    String version = frame.getResourceVersion();
    if (version.isEmpty()) {
      return;
    }
    if (!reached.isEmpty()) {
      int order = ResourceVersions.compare(version, reached);
      if (frame.getBookmark() ? order < 0 : order <= 0) {
        disorder++;
      }
      if (!frame.getBookmark()) {
        add(version, now);
        events += frame.getEventsCount();
      }
    }
    reached = version;
  }

  private void add(String version, long now) {
    if (count == versions.length) {
      versions = Arrays.copyOf(versions, 2 * count);
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    versions[count] = version;
    nanos[count] = now;
    count++;
  }

  /** True once everything up to this version has come. Any version: "1" for the initial state. */
  boolean reached(String version) {
    String now = reached;
    return !now.isEmpty() && ResourceVersions.compare(now, version) >= 0;
  }

  /** Why it is over; null while it goes on. */
  @Nullable String broken() {
    return broken;
  }

  /** Changes that came after the initial state. */
  long events() {
    return events;
  }

  /** Frames whose version was not above the one before. */
  int disorder() {
    return disorder;
  }

  /** Called for each frame with its version and when it came; when nothing comes any more. */
  void forEach(ObjLongConsumer<String> visitor) {
    for (int i = 0; i < count; i++) {
      visitor.accept(versions[i], nanos[i]);
    }
  }

  @Override
  public void close() {
    frames.close();
  }
}
