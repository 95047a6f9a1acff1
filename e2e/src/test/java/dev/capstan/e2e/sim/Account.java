package dev.capstan.e2e.sim;

import com.google.protobuf.Message;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.e2e.sim.check.InvariantBroken;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who did what to which object at which revision, for people. Kept only when asked for: writing it
 * costs as much as the run.
 */
final class Account {

  /** Versions of what it wrote, by which the author is found when the answer comes. */
  private record Line(long nanos, long revision, String version, String text) {}

  private final boolean kept;
  private final List<Line> lines = new ArrayList<>();
  private final Map<String, String> authors = new HashMap<>();

  /** What is stored under each key. */
  private final Map<String, KvStore.Entry> stored = new HashMap<>();

  private final Describer describer = new Describer(KindRegistry.builtin(), ValueCodec.plain());

  Account(boolean kept) {
    this.kept = kept;
  }

  void committed(long nanos, long revision, List<KvStore.Change> changes) {
    if (kept) {
      for (KvStore.Change change : changes) {
        take(nanos, revision, change);
      }
    }
  }

  private void take(long nanos, long revision, KvStore.Change change) {
    KvStore.Entry was = stored.get(change.key());
    switch (change) {
      case KvStore.Change.Put(KvStore.Entry now) -> stored.put(change.key(), now);
      case KvStore.Change.Delete ignored -> stored.remove(change.key());
    }
    String text = describer.describe(change, was);
    if (!text.isEmpty()) {
      // A deletion is known by the version before.
      KvStore.Entry known = stored.getOrDefault(change.key(), was);
      lines.add(new Line(nanos, revision, known == null ? "" : describer.version(known), text));
    }
  }

  /** The server answered a write: now it is known whose revision it was. */
  void served(String client, String method, @Nullable Message response) {
    if (!kept || response == null) {
      return;
    }
    if (response instanceof WriteResponse batch) {
      batch.getResultsList().forEach(r -> author(client, r.getResourceVersion()));
    } else if (!method.endsWith("/Get") && !method.endsWith("/List")) {
      author(client, describer.version(response));
    }
  }

  private void author(String client, String version) {
    if (!version.isEmpty()) {
      authors.putIfAbsent(version, client);
    }
  }

  void note(long nanos, String text) {
    if (kept) {
      lines.add(new Line(nanos, 0, "", text));
    }
  }

  void broken(InvariantBroken broken) {
    if (kept) {
      note(broken.nanos(), "*** " + broken.id() + " is broken: " + broken.what());
    }
  }

  /** The story so far: a line each for time, revision, author and deed. */
  List<String> lines() {
    return lines.stream().map(this::line).toList();
  }

  private String line(Line line) {
    String author = line.revision == 0 ? "" : authors.getOrDefault(line.version, "?") + " ";
    String revision = line.revision == 0 ? "" : "r" + line.revision;
    return "%9.3f  %-7s %s%s".formatted(line.nanos / 1e9, revision, author, line.text);
  }
}
