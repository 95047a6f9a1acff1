package dev.capstan.kvstore.etcd;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code capstan-etcd:///host:port,host:port} to its members, one address group each, so
 * that the balancer knows them apart. Registered as a service; grpc-java has no resolver for a
 * list.
 */
public final class EndpointResolver extends NameResolverProvider {

  static final String SCHEME = "capstan-etcd";

  static String target(List<String> endpoints) {
    try { // Which quotes the brackets of IPv6.
      return new URI(SCHEME, "", "/" + String.join(",", endpoints), null).toString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    return SCHEME.equals(target.getScheme()) ? new Resolver(target.getPath().substring(1)) : null;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return List.of(InetSocketAddress.class);
  }

  /** The host not by way of a URI, which knows none with an underscore, as Docker gives them. */
  static InetSocketAddress address(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    String host = endpoint.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return new InetSocketAddress(
        bracketed ? host.substring(1, host.length() - 1) : host,
        URI.create("//host" + endpoint.substring(colon)).getPort());
  }

  private static final class Resolver extends NameResolver {
    private final String list;
    private @Nullable Listener2 listener;

    Resolver(String list) {
      this.list = list;
    }

    @Override
    public String getServiceAuthority() {
      return list.split(",", 2)[0];
    }

    @Override
    public void start(Listener2 to) {
      listener = to;
      refresh();
    }

    @Override
    public void refresh() {
      if (listener == null) {
        return;
      }
      List<EquivalentAddressGroup> groups =
          Arrays.stream(list.split(",")).map(Resolver::group).toList();
      listener.onResult(
          ResolutionResult.newBuilder()
              .setAddressesOrError(StatusOr.fromValue(groups))
              .setAttributes(Attributes.EMPTY)
              .build());
    }

    /** A name is looked up anew at every refresh, which grpc asks for when connections fail. */
    private static EquivalentAddressGroup group(String endpoint) {
      return new EquivalentAddressGroup(address(endpoint));
    }

    @Override
    public void shutdown() {}
  }
}
