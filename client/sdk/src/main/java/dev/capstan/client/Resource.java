package dev.capstan.client;

import com.google.protobuf.Message;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.WatchRequest;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects of one kind, in one namespace or in all.
 *
 * @param <T> the generated message
 */
public final class Resource<T extends Message> {

  private final Api api;
  private final ObjectType<T> type;
  private final Methods<T> methods;
  private final String namespace;

  Resource(Api api, ObjectType<T> type, Methods<T> methods, String namespace) {
    this.api = api;
    this.type = type;
    this.methods = methods;
    this.namespace = namespace;
  }

  /**
   * The same in one namespace. Without, lists go over all namespaces and names are of
   * cluster-scoped objects.
   */
  public Resource<T> namespace(String name) {
    return new Resource<>(api, type, methods, name);
  }

  /** The kind. */
  public ObjectType<T> type() {
    return type;
  }

  /**
   * One object as it is now; never stale.
   *
   * @throws ApiException.NotFound if there is none
   */
  public T get(String name) throws InterruptedException {
    return api.read(
        methods.get(), GetRequest.newBuilder().setNamespace(namespace).setName(name).build());
  }

  /** As {@link #get}, empty if there is none. */
  public Optional<T> find(String name) throws InterruptedException {
    try {
      return Optional.of(get(name));
    } catch (ApiException.NotFound e) {
      return Optional.empty();
    }
  }

  /** All objects, at one version. */
  public ObjectList<T> list() throws InterruptedException {
    return list(ListOptions.ALL);
  }

  /**
   * The selected objects at one version, by namespace and name; with a page size in several calls.
   *
   * @throws ApiException.Compacted if the pages took so long that their version is gone
   */
  public ObjectList<T> list(ListOptions options) throws InterruptedException {
    List<T> items = new ArrayList<>();
    String token = "";
    do {
      Methods.Listed<T> page = page(options, token);
      items.addAll(page.items());
      token = page.metadata().getContinueToken();
      if (token.isEmpty()) {
        return new ObjectList<>(List.copyOf(items), page.metadata().getResourceVersion());
      }
    } while (true);
  }

  private Methods.Listed<T> page(ListOptions options, String token) throws InterruptedException {
    return api.read(
        methods.list(),
        ListRequest.newBuilder()
            .setNamespace(namespace)
            .setLabelSelector(options.labelSelector())
            .setFieldSelector(options.fieldSelector())
            .setLimit(options.pageSize())
            .setContinueToken(token)
            .build());
  }

  /**
   * Stores a new object and answers with it as stored.
   *
   * @param object its namespace may be left to {@link #namespace}
   */
  public T create(T object) throws InterruptedException {
    return write(methods.create(), object);
  }

  /** Replaces everything but the status. Conflict if {@code object}'s resourceVersion is stale. */
  public T update(T object) throws InterruptedException {
    return write(methods.update(), object);
  }

  /**
   * Replaces the status and nothing else. Conflict if {@code object}'s resourceVersion is stale.
   */
  public T updateStatus(T object) throws InterruptedException {
    return write(methods.updateStatus(), object);
  }

  private T write(MethodDescriptor<Methods.Write<T>, T> method, T object)
      throws InterruptedException {
    return api.written(type, api.write(method, new Methods.Write<>(placed(object), api.options())));
  }

  private T placed(T object) {
    ObjectMeta meta = type.metadata(object);
    if (namespace.isEmpty() || !meta.getNamespace().isEmpty()) {
      return object;
    }
    return type.withMetadata(object, meta.toBuilder().setNamespace(namespace).build());
  }

  /**
   * Merges {@code mergePatch} (JSON, RFC 7396) into the object; the server tries again when
   * somebody was faster.
   */
  public T patch(String name, String mergePatch) throws InterruptedException {
    return patch(PatchRequest.newBuilder().setName(name).setMergePatch(mergePatch).build());
  }

  /** With preconditions; the namespace may be left to {@link #namespace}. */
  public T patch(PatchRequest request) throws InterruptedException {
    PatchRequest.Builder complete = request.toBuilder();
    if (request.getNamespace().isEmpty()) {
      complete.setNamespace(namespace);
    }
    if (!request.hasOptions()) {
      complete.setOptions(api.options());
    }
    return api.written(type, api.write(methods.patch(), complete.build()));
  }

  /** Asks for deletion in the default way; answers with the object as it is then. */
  public T delete(String name) throws InterruptedException {
    return delete(name, DeleteOptions.getDefaultInstance());
  }

  /**
   * Asks for deletion.
   *
   * <p>With a uid precondition the call is repeated after a lost answer, so NotFound may mean "gone
   * by this very call".
   */
  public T delete(String name, DeleteOptions options) throws InterruptedException {
    DeleteOptions complete =
        options.hasWrite() ? options : options.toBuilder().setWrite(api.options()).build();
    DeleteRequest request =
        DeleteRequest.newBuilder()
            .setNamespace(namespace)
            .setName(name)
            .setOptions(complete)
            .build();
    Calls.Repeat repeat =
        options.getPreconditions().getUid().isEmpty()
            ? Calls.Repeat.IF_NOT_SENT
            : Calls.Repeat.ALWAYS;
    return api.written(type, api.write(methods.delete(), request, repeat));
  }

  /**
   * Opens a watch.
   *
   * @param resourceVersion events after this version; empty for the current objects first
   */
  public Watch<T> watch(ListOptions options, String resourceVersion) {
    return new Watch<>(
        type,
        api.stream(
            methods.watch(),
            WatchRequest.newBuilder()
                .setNamespace(namespace)
                .setLabelSelector(options.labelSelector())
                .setFieldSelector(options.fieldSelector())
                .setResourceVersion(resourceVersion)
                .build()));
  }
}
