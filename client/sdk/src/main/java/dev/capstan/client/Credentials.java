package dev.capstan.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Puts token and version on every call and looks at the version that comes back. */
final class Credentials implements ClientInterceptor {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> VERSION =
      Metadata.Key.of("capstan-version", Metadata.ASCII_STRING_MARSHALLER);

  private final ConnectionOptions options;
  private final AtomicBoolean warned = new AtomicBoolean();

  Credentials(ConnectionOptions options) {
    this.options = options;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions callOptions, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, callOptions)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        if (options.token() != null) {
          headers.put(AUTHORIZATION, "Bearer " + options.token());
        }
        headers.put(VERSION, options.version());
        super.start(new VersionListener<>(listener), headers);
      }
    };
  }

  private void check(@Nullable String theirs) {
    if (theirs != null && !theirs.equals(options.version()) && !warned.getAndSet(true)) {
      options.onVersionMismatch().accept(options.version(), theirs);
    }
  }

  private final class VersionListener<R> extends SimpleForwardingClientCallListener<R> {
    VersionListener(ClientCall.Listener<R> delegate) {
      super(delegate);
    }

    @Override
    public void onHeaders(Metadata headers) {
      check(headers.get(VERSION));
      super.onHeaders(headers);
    }
  }
}
