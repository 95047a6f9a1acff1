package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;

/** What an informer set watches of one kind. */
record Selection<T extends Message>(ObjectType<T> type, String namespace, ListOptions options) {

  ResourceSelector selector() {
    return ResourceSelector.newBuilder()
        .setKind(type.name())
        .setNamespace(namespace)
        .setLabelSelector(options.labelSelector())
        .setFieldSelector(options.fieldSelector())
        .build();
  }
}
