package dev.capstan.apiserver.handler;

import io.grpc.Status;

/** Told of every call that ended; for metrics. Must not block. */
@FunctionalInterface
public interface CallObserver {

  /** Listens to nothing. */
  CallObserver NONE = (method, code, nanos, streaming) -> {};

  /**
   * @param method "capstan.v1.Pods/Create"
   * @param nanos from the arrival of the headers to the answer
   * @param streaming true if the call had a stream of responses
   */
  void ended(String method, Status.Code code, long nanos, boolean streaming);
}
