package dev.capstan.e2e.sim;

import com.google.protobuf.Message;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.apiserver.cache.StoreKeys;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client cannot find out: whether objects exist that its watches leave out and that cannot
 * be read (as from a server that cannot read what is stored), or anything at all while its reads
 * fail.
 */
final class Hiding {

  /** Reads of everything, beside those of objects. */
  private static final List<String> READS = List.of("Get", "List", "Info", "Revision");

  private final Map<StoreKeys.Place, Status> hidden = new LinkedHashMap<>();
  private @Nullable Status failure;

  /** Hides an object; whoever asks for it, or lists its kind, gets this answer. */
  void hide(StoreKeys.Place place, Status answer) {
    hidden.put(place, answer);
  }

  /** Shows it again. */
  void show(StoreKeys.Place place) {
    hidden.remove(place);
  }

  /** Every read gets this answer; null for its own again. */
  void fail(@Nullable Status answer) {
    failure = answer;
  }

  /** Everything can be found out again; true if an object was hidden. */
  boolean clear() {
    boolean any = !hidden.isEmpty();
    hidden.clear();
    failure = null;
    return any;
  }

  /**
   * The answer that a call gets instead of its own; null if it gets its own.
   *
   * @param method e.g. "capstan.v1.Pods/Get"
   */
  @Nullable Status refusal(String method, Message request) {
    String name = method.substring(method.lastIndexOf('/') + 1);
    if (failure != null && READS.contains(name)) {
      return failure;
    }
    String service = method.substring(0, method.lastIndexOf('/'));
    String plural = service.substring(service.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    for (Map.Entry<StoreKeys.Place, Status> each : hidden.entrySet()) {
      if (each.getKey().kind().plural().equals(plural) && concerns(each.getKey(), request)) {
        return each.getValue();
      }
    }
    return null;
  }

  private static boolean concerns(StoreKeys.Place place, Message request) {
    return switch (request) {
      case GetRequest get ->
          get.getNamespace().equals(place.namespace()) && get.getName().equals(place.name());
      case ListRequest list ->
          list.getNamespace().isEmpty() || list.getNamespace().equals(place.namespace());
      default -> false;
    };
  }

  /** What the client sees of a frame. */
  WatchFrame shown(WatchFrame frame) {
    if (hidden.isEmpty() || frame.getEventsList().stream().noneMatch(this::isHidden)) {
      return frame;
    }
    WatchFrame.Builder shown = frame.toBuilder().clearEvents();
    frame.getEventsList().stream().filter(event -> !isHidden(event)).forEach(shown::addEvents);
    return shown.build();
  }

  private boolean isHidden(WatchEvent event) {
    for (StoreKeys.Place place : hidden.keySet()) {
      if (place.kind().name().equals(event.getKind()) && place.equals(place(place, event))) {
        return true;
      }
    }
    return false;
  }

  private static StoreKeys.Place place(StoreKeys.Place like, WatchEvent event) {
    try {
      var meta = like.kind().metadata(like.kind().parse(event.getObject().toByteArray()));
      return new StoreKeys.Place(like.kind(), meta.getNamespace(), meta.getName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
