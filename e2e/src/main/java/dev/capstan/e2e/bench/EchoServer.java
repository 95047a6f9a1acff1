package dev.capstan.e2e.bench;

import dev.capstan.seam.Seam;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/**
 * A server that does nothing but answer, each call on a virtual thread: what gRPC itself costs on
 * this machine at this hour. Other than the API server it answers nothing on the transport's
 * threads.
 */
final class EchoServer {

  /** An empty request and an empty answer. */
  static final MethodDescriptor<byte[], byte[]> METHOD =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("bench.Echo/Call")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private EchoServer() {}

  /** Serves on the port that is the only argument, until it is killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Server server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])))
            .executor(Seam.system().threads().executor())
            .addService(
                ServerServiceDefinition.builder("bench.Echo")
                    .addMethod(
                        METHOD,
                        ServerCalls.asyncUnaryCall((request, responses) -> {
                          responses.onNext(request);
                          responses.onCompleted();
                        }))
                    .build())
            .build()
            .start();
    server.awaitTermination();
  }
}
