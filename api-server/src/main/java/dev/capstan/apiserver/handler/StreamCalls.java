package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.StatusRuntimeException;

/** Serves a method with a stream of responses. */
record StreamCalls(BoundMethod method, Serving serving)
    implements ServerCallHandler<ByteString, ByteString> {

  @Override
  public ServerCall.Listener<ByteString> startCall(
      ServerCall<ByteString, ByteString> call, Metadata headers) {
    long start = serving.seam().clock().nanoTime();
    try {
      Call context = serving.gate().enter(method.name(), headers, call);
      StreamCall stream = new StreamCall(call, method, context, serving, start);
      stream.begin();
      return stream;
    } catch (StatusRuntimeException e) {
      serving.close(call, method, start, e);
      return new ServerCall.Listener<>() {};
    }
  }
}
