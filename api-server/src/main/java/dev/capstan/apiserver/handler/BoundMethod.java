package dev.capstan.apiserver.handler;

import com.google.protobuf.Message;
import dev.capstan.apiserver.chain.Question;
import java.util.List;

/**
 * A method with what answers it.
 *
 * @param name "capstan.v1.Pods/Create"
 * @param prototype an empty request
 */
record BoundMethod(String name, Message prototype, GuardedEndpoint guarded) {

  Endpoint endpoint() {
    return guarded.endpoint();
  }

  /** What a request asks for. */
  List<Question> ask(Message request) {
    return guarded.ask(request);
  }

  /**
   * True if it replaces an object that its caller may have read with more than this version knows.
   */
  boolean isUpdate() {
    return name.endsWith("/Update") || name.endsWith("/UpdateStatus");
  }
}
