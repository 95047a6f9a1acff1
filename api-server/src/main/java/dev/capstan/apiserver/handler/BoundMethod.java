package dev.capstan.apiserver.handler;

import com.google.protobuf.Message;

/**
 * A method with what answers it.
 *
 * @param name "capstan.v1.Pods/Create"
 * @param prototype an empty request
 */
record BoundMethod(String name, Message prototype, Endpoint endpoint) {

  /**
   * True if it replaces an object that its caller may have read with more than this version knows.
   */
  boolean isUpdate() {
    return name.endsWith("/Update") || name.endsWith("/UpdateStatus");
  }
}
