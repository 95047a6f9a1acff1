package dev.capstan.e2e.sim.check;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.BookmarkResponse;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListMeta;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.RawObject;
import dev.capstan.api.v1.ResourceGetRequest;
import dev.capstan.api.v1.ResourceListResponse;
import dev.capstan.api.v1.RevisionResponse;
import dev.capstan.apiserver.cache.StoreKeys;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * I1: no read is stale. An object that is read was like that at some moment between the call's
 * beginning and its end, one that is not found was absent at such a moment; a list is what the
 * store held at the list's version, and no object had changed between that version and the
 * beginning of the call. With {@link Acknowledged} this makes reads and writes of each key
 * linearizable: all that clients are told fits the one order in which the store did things.
 *
 * <p>Pages after the first are read at an older version on purpose and not looked at, nor are
 * events.
 */
final class Reads implements Rule {

  private final World world;
  private final Report report;
  private final KindRegistry kinds;
  private final Requests requests;

  Reads(World world, Report report, Setup setup) {
    this.world = world;
    this.report = report;
    this.kinds = setup.kinds();
    this.requests = new Requests(setup.kinds());
  }

  @Override
  public void ended(Call call) {
    if (!call.wants().isEmpty()) {
      return;
    }
    Message response = call.response();
    switch (call.request()) {
      case GetRequest get ->
          get(call, requests.kindOf(call.method()), get.getNamespace(), get.getName());
      case ResourceGetRequest get ->
          get(call, kinds.require(get.getKind()), get.getNamespace(), get.getName());
      case ListRequest list when response != null && list.getContinueToken().isEmpty() ->
          list(call, response);
      default -> other(call, response);
    }
  }

  private void other(Call call, @Nullable Message response) {
    switch (response) {
      case ResourceListResponse list -> list(call, list);
      case RevisionResponse revision -> fresh(call, revision.getResourceVersion());
      case BookmarkResponse bookmark -> fresh(call, bookmark.getResourceVersion());
      case null, default -> {}
    }
  }

  private void get(Call call, @Nullable Kind kind, String namespace, String name) {
    if (kind == null || kind.name().equals("Event")) {
      return;
    }
    String key = StoreKeys.of(kind, namespace, name);
    if (call.code() == Status.Code.NOT_FOUND) {
      if (!world.wasAbsent(kind, key, call.beganAt())) {
        report.broken(
            "I1",
            "%s %s %s/%s was not found, but it was there all the time"
                .formatted(call, kind, namespace, name));
      }
      return;
    }
    Message response = call.response();
    if (response == null) {
      return;
    }
    Message object =
        response instanceof RawObject raw ? Requests.parse(kind, raw.getObject()) : response;
    String version = kind.metadata(object).getResourceVersion();
    long revision = ResourceVersions.revision(version);
    Held held = world.at(kind, key, revision);
    if (held == null || !held.version().equals(version)) {
      report.broken(
          "I1",
          "%s answered %s %s/%s at version %s, which it never had"
              .formatted(call, kind, namespace, name, version));
    } else if (world.endOf(kind, key, revision) <= call.beganAt()) {
      report.broken(
          "I1",
          "%s answered %s at version %s, which was over at revision %d; the call began at %d"
              .formatted(call, held, version, world.endOf(kind, key, revision), call.beganAt()));
    } else if (!held.object().equals(Parts.stored(kind, object))) {
      report.broken(
          "I1",
          "%s answered %s at version %s with other content than stored"
              .formatted(call, held, version));
    }
  }

  private void list(Call call, Message response) {
    FieldDescriptor header = response.getDescriptorForType().findFieldByName("metadata");
    FieldDescriptor items = response.getDescriptorForType().findFieldByName("items");
    ListMeta meta = (ListMeta) response.getField(header);
    List<Message> objects = new ArrayList<>();
    for (Object item : (List<?>) response.getField(items)) {
      objects.add((Message) item);
    }
    boolean whole = meta.getContinueToken().isEmpty();
    compare(call, meta.getResourceVersion(), objects, whole);
  }

  private void list(Call call, ResourceListResponse response) {
    List<Message> objects = new ArrayList<>();
    for (RawObject raw : response.getItemsList()) {
      objects.add(Requests.parse(kinds.require(raw.getKind()), raw.getObject()));
    }
    compare(call, response.getResourceVersion(), objects, true);
  }

  private void compare(Call call, String version, List<Message> objects, boolean whole) {
    fresh(call, version);
    long revision = ResourceVersions.revision(version);
    List<Held> expected = new ArrayList<>();
    for (Selected selected : Selected.of(kinds, call.method(), call.request())) {
      if (selected.kind().name().equals("Event")) {
        return;
      }
      world.at(selected.kind(), revision).stream().filter(selected::has).forEach(expected::add);
    }
    boolean tooFew = objects.size() < expected.size() && whole;
    if (tooFew || objects.size() > expected.size()) {
      report.broken(
          "I1",
          "%s listed %d objects at version %s, where there were %d"
              .formatted(call, objects.size(), version, expected.size()));
      return;
    }
    for (int i = 0; i < objects.size(); i++) {
      Held held = expected.get(i);
      if (!Parts.at(held, held.version()).equals(objects.get(i))) {
        report.broken(
            "I1",
            "%s listed at version %s something else than %s at %s"
                .formatted(call, version, held, held.version()));
        return;
      }
    }
  }

  private void fresh(Call call, String version) {
    long revision = ResourceVersions.revision(version);
    long known = world.lastEdit(call.beganAt());
    if (revision < known) {
      report.broken(
          "I1",
          "%s answered as of revision %d, but revision %d was committed before the call"
              .formatted(call, revision, known));
    }
  }
}
