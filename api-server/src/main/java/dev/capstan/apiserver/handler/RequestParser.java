package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Violation;
import dev.capstan.kinds.WireShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads messages that anybody may have written. What cannot be read, and fields that this version
 * does not know, at any depth, are INVALID_ARGUMENT: dropping them silently would store something
 * other than what the client meant.
 */
public final class RequestParser {

  private static final int MOST_UNKNOWN = 10;

  private final String serverVersion;
  private final WireShape.Shapes shapes = new WireShape.Shapes();

  /**
   * @param serverVersion named in errors, beside the client's
   */
  public RequestParser(String serverVersion) {
    this.serverVersion = serverVersion;
  }

  /** This server's version. */
  String serverVersion() {
    return serverVersion;
  }

  /** Parses a message of the prototype's type. */
  public <M extends Message> M parse(M prototype, ByteString bytes, String clientVersion) {
    M message = parsed(prototype, bytes);
    if (!shapes.allKnown(prototype.getDescriptorForType(), bytes)) {
      refuseUnknown(message, clientVersion);
    }
    return message;
  }

  @SuppressWarnings("unchecked") // A message's parser makes messages of its own type.
  private static <M extends Message> M parsed(M prototype, ByteString bytes) {
    try {
      return (M) prototype.getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw ApiErrors.badRequest(
          "",
          "the message is not a "
              + prototype.getDescriptorForType().getFullName()
              + ": "
              + e.getMessage());
    }
  }

  /**
   * A request to update an object.
   *
   * @param unknownFields the object has fields that this version does not know: whoever changes it
   *     must refuse them, unless they are stored
   */
  record Update(Message request, boolean unknownFields) {}

  /**
   * As {@link #parse}, for a request with an object that may have been read with more than this
   * version knows. In field 1 is the object, or the request is the object itself.
   */
  Update update(Message prototype, ByteString bytes, String clientVersion) {
    Message request = parsed(prototype, bytes);
    if (shapes.allKnown(prototype.getDescriptorForType(), bytes)) {
      return new Update(request, false);
    }
    FieldDescriptor first = prototype.getDescriptorForType().findFieldByNumber(1);
    if (first.getName().equals("object")) {
      refuseUnknown(request.toBuilder().clearField(first).build(), clientVersion);
    }
    return new Update(request, true);
  }

  private void refuseUnknown(Message message, String clientVersion) {
    List<Violation> unknown = new ArrayList<>();
    collect(message, "", unknown);
    if (!unknown.isEmpty()) {
      throw unknownFields(unknown, clientVersion);
    }
  }

  private RuntimeException unknownFields(List<Violation> unknown, String clientVersion) {
    Violation first = unknown.getFirst();
    String client = clientVersion.isEmpty() ? "of unknown version" : clientVersion;
    String more = unknown.size() > 1 ? " (and " + (unknown.size() - 1) + " more)" : "";
    return ApiErrors.badRequest(
        first.path(),
        first.message() + more + ": the client is " + client + ", the server is " + serverVersion);
  }

  private static void collect(Message message, String path, List<Violation> unknown) {
    for (int number : message.getUnknownFields().asMap().keySet()) {
      if (unknown.size() < MOST_UNKNOWN) {
        unknown.add(new Violation(path, "unknown field number " + number));
      }
    }
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() != JavaType.MESSAGE) {
        continue;
      }
      String here = step(path, field);
      if (!field.isRepeated()) {
        collect((Message) entry.getValue(), here, unknown);
        continue;
      }
      int index = 0;
      for (Object item : (List<?>) entry.getValue()) {
        collect((Message) item, here + "[" + index++ + "]", unknown);
      }
    }
  }

  /** Paths are those of the object, not of the request that carries it. */
  private static String step(String path, FieldDescriptor field) {
    if (path.isEmpty()) {
      return field.getName().equals("object") ? "" : field.getJsonName();
    }
    return path + "." + field.getJsonName();
  }
}
