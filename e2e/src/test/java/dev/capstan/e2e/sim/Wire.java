package dev.capstan.e2e.sim;

import com.google.protobuf.ByteString;
import dev.capstan.apiserver.ApiServer;
import dev.capstan.apiserver.GrpcServers;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.seam.Seam;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection to whichever API server is there.
 *
 * <p>gRPC keeps connections and calls in sets ordered by identity hash codes, which differ from JVM
 * to JVM and show when a server dies with several of them open. So every client has a gRPC server
 * of its own over the same API, and its calls are ended here, in the order in which they began.
 */
final class Wire {

  private final String name = InProcessServerBuilder.generateName();
  private final Traffic traffic;
  private final Line line;
  private final Set<ServerCall<?, ?>> calls = new LinkedHashSet<>();
  private final List<SimulatedChannel> channels = new ArrayList<>();
  private @Nullable Server grpc;

  Wire(Traffic traffic, Line line) {
    this.traffic = traffic;
    this.line = line;
  }

  void listen(ApiServer api, Seam seam) {
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(name)
            .scheduledExecutorService(seam.threads().libraryTimers())
            .deadlineTicker(ticker(seam))
            .intercept(new Tracker());
    try {
      grpc =
          GrpcServers.add(builder, api, Authenticator.trusting(), new HealthStatusManager(), seam)
              .build()
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(e); // Nothing is opened.
    }
  }

  private static Deadline.Ticker ticker(Seam seam) {
    return new Deadline.Ticker() {
      @Override
      public long nanoTime() {
        return seam.clock().nanoTime();
      }
    };
  }

  /** A channel of the client's. */
  ManagedChannel channel(Seam client) {
    SimulatedChannel channel =
        new SimulatedChannel(line, () -> connect(client), client.threads().executor());
    channels.add(channel);
    return channel;
  }

  private @Nullable ManagedChannel connect(Seam client) {
    if (grpc == null) {
      return null;
    }
    return InProcessChannelBuilder.forName(name)
        .executor(client.threads().executor())
        .scheduledExecutorService(client.threads().libraryTimers())
        .build();
  }

  /** What a client sees when the server's process dies, and a server when its client's does. */
  void cut() {
    line.breakAll();
    for (ServerCall<?, ?> call : List.copyOf(calls)) {
      call.close(Status.UNAVAILABLE.withDescription("connection reset"), new Metadata());
    }
    channels.forEach(SimulatedChannel::disconnect);
    if (grpc != null) {
      grpc.shutdownNow();
      grpc = null;
    }
  }

  private final class Tracker implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      ServerCall<Q, R> tracked =
          new SimpleForwardingServerCall<>(call) {
            private @Nullable ByteString response;

            @Override
            public void sendMessage(R message) {
              if (message instanceof ByteString bytes) {
                response = bytes;
              }
              super.sendMessage(message);
            }

            @Override
            public void close(Status status, Metadata trailers) {
              if (calls.remove(this)) {
                traffic.served(headers, response, status);
                super.close(status, trailers);
              }
            }
          };
      calls.add(tracked);
      return next.startCall(tracked, headers);
    }
  }
}
