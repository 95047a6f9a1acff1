package dev.capstan.ctl.print;

import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.v1.ObjectMeta;

/** An object and its kind. */
public record Item(Kind kind, Message object) {

  /** Its metadata. */
  public ObjectMeta metadata() {
    return kind.metadata(object);
  }

  /** Its name. */
  public String name() {
    return metadata().getName();
  }

  /**
   * {@code pod/web-1}, {@code deployment.apps/web}. Who has no name yet is {@code <unknown>}, as
   * kubectl says.
   */
  public String display() {
    return kind.singularResource() + "/" + (name().isEmpty() ? "<unknown>" : name());
  }

  /** As Kubernetes would show it. */
  public JsonObject json() {
    return ObjectJson.show(kind, object);
  }
}
