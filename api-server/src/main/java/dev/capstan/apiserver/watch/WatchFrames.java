package dev.capstan.apiserver.watch;

import com.google.protobuf.ByteString;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.apiserver.cache.CacheEvent;
import dev.capstan.apiserver.cache.CacheEvent.Type;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.Frames;
import dev.capstan.apiserver.cache.Revision;
import dev.capstan.apiserver.read.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one watch sees: the frames of revisions, of its beginning, and its bookmarks. */
final class WatchFrames {

  private final Map<String, Selection> byKind = new LinkedHashMap<>();

  /**
   * @param selections at most one of each kind
   */
  WatchFrames(List<Selection> selections) {
    selections.forEach(selection -> byKind.put(selection.kind().name(), selection));
  }

  /**
   * The frame of a revision's events that concern this watch, or null if none does.
   *
   * @param afterSlot only events of later slots
   */
  @Nullable ByteString frame(Revision revision, int afterSlot) {
    List<CacheEvent> events = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < revision.events().size(); i++) {
      CacheEvent event = revision.events().get(i);
      Type type = event.slot() > afterSlot ? type(event) : null;
      if (type != null) {
        events.add(event);
        types.add(type);
        part.append((char) (i * Type.values().length + type.ordinal()));
      }
    }
    return events.isEmpty()
        ? null
        : revision.frame(part.toString(), () -> make(revision.number(), events, types));
  }

  private static ByteString make(long revision, List<CacheEvent> events, List<Type> types) {
    List<ByteString> bytes = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      bytes.add(events.get(i).bytes(types.get(i)));
    }
    return Frames.frame(
        WatchFrame.newBuilder().setResourceVersion(ResourceVersions.whole(revision)).build(),
        bytes);
  }

  /**
   * What the event is to this watch: entering and leaving the selection are arrival and
   * disappearance.
   */
  private @Nullable Type type(CacheEvent event) {
    Selection selection = byKind.get(event.any().object().kind().name());
    if (selection == null) {
      return null;
    }
    boolean before = selected(selection, event.previous());
    boolean after = selected(selection, event.current());
    if (after) {
      return before ? Type.MODIFIED : Type.ADDED;
    }
    return before ? Type.DELETED : null;
  }

  private static boolean selected(Selection selection, @Nullable CachedObject object) {
    return object != null && selection.test(object);
  }

  /** Nothing but progress. */
  static ByteString bookmark(long revision) {
    return WatchFrame.newBuilder()
        .setResourceVersion(ResourceVersions.whole(revision))
        .setBookmark(true)
        .build()
        .toByteString();
  }

  /** A part of the beginning; the last one carries the version. */
  static ByteString initial(List<ByteString> events, long revision, boolean last) {
    WatchFrame.Builder head = WatchFrame.newBuilder().setInitial(true);
    if (last) {
      head.setResourceVersion(ResourceVersions.whole(revision));
    }
    return Frames.frame(head.build(), events);
  }
}
