package dev.capstan.controller.namespace;

import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.ObjectType;
import java.util.List;

/**
 * What a namespace's decision is made from.
 *
 * @param namespace the namespace
 * @param content what is in it, by kind, read after its deletion was asked for and never stale:
 *     nothing can have been added since
 * @param unread why some of it could not be read, for each kind; what is in there is not known
 */
public record NamespaceWorld(Namespace namespace, List<Content> content, List<String> unread) {

  /** The objects of one kind. */
  public record Content(ObjectType<?> type, List<ObjectMeta> objects) {
    String resource() {
      return type.kind().resource();
    }
  }
}
