package dev.capstan.ctl.testing;

import dev.capstan.client.testing.Bytes;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;

/** Takes the request of every method and leaves the call to {@link #answer}. */
public abstract class RawApi extends HandlerRegistry {

  /**
   * Answers, or does not.
   *
   * @param method as {@code capstan.v1.Pods/List}
   */
  protected abstract void answer(String method, ServerCall<byte[], byte[]> call);

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
            .setFullMethodName(name)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .build();
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          call.request(1);
          return new ServerCall.Listener<>() {
            @Override
            public void onHalfClose() {
              call.sendHeaders(new Metadata());
              answer(name, call);
            }
          };
        };
    return ServerMethodDefinition.create(method, handler);
  }
}
