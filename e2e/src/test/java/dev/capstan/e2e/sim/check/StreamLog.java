package dev.capstan.e2e.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * I2: a watch stream as its client sees it, compared with what the store did.
 *
 * <p>Versions rise. A frame is one whole revision: exactly its edits of what was asked for, in
 * their order, an object that leaves the selection as DELETED and one that enters it as ADDED. No
 * revision that touches the selection is passed over, neither by the next frame nor by a bookmark.
 * The initial frames are what the store held at their version, which is not older than the opening.
 * A stream that resumes at the version of a write gets the later slots of that revision; of
 * deletions in it, which have no slot in the store, it may get those before the slot once more.
 */
public final class StreamLog {

  private final World world;
  private final Report report;
  private final String name;
  private final List<Selected> selection;
  private final long openedAt;
  private final List<WatchEvent> initial = new ArrayList<>();

  /** Everything up to here has been seen; of the revision after it, up to the slot. */
  private long position;

  private int slot = -1;
  private boolean listing;
  private boolean over;

  /**
   * @param from the version to resume after; empty to begin with the current objects
   */
  StreamLog(World world, Report report, String name, List<Selected> selection, String from) {
    this.world = world;
    this.report = report;
    this.name = name;
    this.selection = selection;
    this.openedAt = world.lastEdit(world.revision());
    this.listing = from.isEmpty();
    if (!from.isEmpty()) {
      position = ResourceVersions.revision(from);
      if (ResourceVersions.slot(from) != ResourceVersions.WHOLE) {
        position--;
        slot = ResourceVersions.slot(from);
      }
    }
  }

  /** The newest version that the client has certainly seen; -1 before there is one. */
  long seen() {
    return listing ? -1 : position;
  }

  /** The next message has arrived. */
  public void frame(WatchFrame frame, long nanos) {
    report.time(nanos);
    if (over || report.first() != null || selection.isEmpty()) {
      return;
    }
    if (listing != frame.getInitial()) {
      broken(listing ? "sends changes before the current objects" : "sends an initial frame later");
    } else if (listing) {
      list(frame);
    } else {
      follow(frame);
    }
  }

  /** It is over: broken, closed or ended by the server. */
  public void ended(Status status, long nanos) {
    report.time(nanos);
    over = true;
  }

  private void broken(String what) {
    over = true;
    report.broken("I2", name + " " + what);
  }

  private void list(WatchFrame frame) {
    initial.addAll(frame.getEventsList());
    if (frame.getResourceVersion().isEmpty()) {
      return;
    }
    listing = false;
    position = whole(frame);
    if (position < openedAt) {
      broken(
          "begins with the objects of revision %d, but revision %d was there before it was opened"
              .formatted(position, openedAt));
      return;
    }
    List<Held> expected = new ArrayList<>();
    for (Selected selected : selection) {
      world.at(selected.kind(), position).stream().filter(selected::has).forEach(expected::add);
    }
    compareList(expected);
    initial.clear();
  }

  private void compareList(List<Held> expected) {
    if (expected.size() != initial.size()) {
      broken(
          "begins with %d objects at revision %d, where there were %d"
              .formatted(initial.size(), position, expected.size()));
      return;
    }
    for (int i = 0; i < expected.size(); i++) {
      Held held = expected.get(i);
      WatchEvent event = initial.get(i);
      boolean same =
          event.getType().equals("ADDED")
              && event.getKind().equals(held.kind().name())
              && Bytes.same(event.getObject(), held, held.version());
      if (!same) {
        broken("begins with something else than %s at %s".formatted(held, held.version()));
        return;
      }
    }
  }

  /** The revision of a frame, which must be a whole one. */
  private long whole(WatchFrame frame) {
    if (ResourceVersions.slot(frame.getResourceVersion()) != ResourceVersions.WHOLE) {
      broken("sends version " + frame.getResourceVersion() + ", which is no whole revision");
    }
    return ResourceVersions.revision(frame.getResourceVersion());
  }

  private void follow(WatchFrame frame) {
    long revision = whole(frame);
    boolean back = frame.getBookmark() ? revision < position : revision <= position;
    if (back) {
      broken("sends revision %d after %d".formatted(revision, position));
      return;
    }
    long passed = frame.getBookmark() ? revision : revision - 1;
    for (Commit commit : world.between(position, passed)) {
      if (!expected(commit, slotOf(commit)).isEmpty()) {
        broken(
            "goes from revision %d to %d and leaves out %d: %s"
                .formatted(
                    position,
                    revision,
                    commit.revision(),
                    expected(commit, slotOf(commit)).getFirst().edit()));
        return;
      }
    }
    if (!frame.getBookmark()) {
      compare(frame, revision);
    }
    if (revision > position) {
      position = revision;
      slot = -1;
    }
  }

  private int slotOf(Commit commit) {
    return commit.revision() == position + 1 ? slot : -1;
  }

  /**
   * An event that is due.
   *
   * @param optional it may be missing
   */
  private record Due(Edit edit, String type, Held object, String version, boolean optional) {}

  private List<Due> expected(Commit commit, int afterSlot) {
    List<Due> due = new ArrayList<>();
    int reached = -1;
    for (Edit edit : commit.edits()) {
      Held after = edit.after();
      reached = after == null ? reached : after.slot();
      Selected selected = selectedKind(edit);
      if (selected == null || (after != null && after.slot() <= afterSlot)) {
        continue;
      }
      boolean before = selected.has(edit.before());
      Held held = selected.has(after) ? after : edit.before();
      String type = selected.has(after) ? (before ? "MODIFIED" : "ADDED") : "DELETED";
      if (held != null && (before || selected.has(after))) {
        boolean optional = afterSlot >= 0 && after == null && reached < afterSlot;
        String version = after == null ? "" : after.version();
        due.add(new Due(edit, type, held, version, optional));
      }
    }
    return due.stream().anyMatch(each -> !each.optional()) || afterSlot < 0 ? due : List.of();
  }

  private @Nullable Selected selectedKind(Edit edit) {
    for (Selected selected : selection) {
      if (selected.kind().equals(edit.kind())) {
        return selected;
      }
    }
    return null;
  }

  private void compare(WatchFrame frame, long revision) {
    Commit commit = world.commit(revision);
    List<Due> due = commit == null ? List.of() : dueAt(commit);
    int at = 0;
    for (WatchEvent event : frame.getEventsList()) {
      while (at < due.size() && due.get(at).optional() && !same(event, due.get(at), revision)) {
        at++;
      }
      if (at == due.size() || !same(event, due.get(at), revision)) {
        String wanted = at == due.size() ? "nothing more" : describe(due.get(at));
        broken(
            "sends %s of a %s at revision %d, where it should send %s"
                .formatted(event.getType(), event.getKind(), revision, wanted));
        return;
      }
      at++;
    }
    while (at < due.size() && due.get(at).optional()) {
      at++;
    }
    if (at < due.size()) {
      broken("leaves out of revision " + revision + ": " + describe(due.get(at)));
    }
  }

  private List<Due> dueAt(Commit commit) {
    return expected(commit, slotOf(commit));
  }

  private static String describe(Due due) {
    return due.type() + " " + due.object() + " (uid " + due.object().uid() + ")";
  }

  private static boolean same(WatchEvent event, Due due, long revision) {
    if (!event.getType().equals(due.type())
        || !event.getKind().equals(due.object().kind().name())) {
      return false;
    }
    return due.version().isEmpty()
        ? sameDeleted(event.getObject(), due.object(), revision)
        : Bytes.same(event.getObject(), due.object(), due.version());
  }

  /** A deletion's slot is the server's choice; its revision is not. */
  private static boolean sameDeleted(ByteString bytes, Held last, long revision) {
    Message object = Requests.parse(last.kind(), bytes);
    String version = last.kind().metadata(object).getResourceVersion();
    return ResourceVersions.revision(version) == revision
        && Parts.stored(last.kind(), object).equals(last.object());
  }
}
