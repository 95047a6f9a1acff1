package dev.capstan.kvstore.etcd;

import com.google.protobuf.ByteString;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.RangeRequest;
import dev.capstan.kvstore.KvStore.RangeResult;
import io.etcd.jetcd.api.RangeResponse;
import java.util.List;

/** Range reads in etcd's terms. */
final class EtcdRanges {

  private static final ByteString NUL = ByteString.copyFrom(new byte[] {0});

  private EtcdRanges() {}

  static io.etcd.jetcd.api.RangeRequest request(RangeRequest request) {
    boolean after = request.startAfter().compareTo(request.prefix()) >= 0;
    ByteString prefix = EtcdTxns.bytes(request.prefix());
    // The empty key is not allowed: the lowest is a single NUL. A key's successor is itself and
    // NUL.
    ByteString first =
        after && !request.countOnly() && !request.startAfter().isEmpty()
            ? EtcdTxns.bytes(request.startAfter()).concat(NUL)
            : prefix.isEmpty() ? NUL : prefix;
    return io.etcd.jetcd.api.RangeRequest.newBuilder()
        .setKey(first)
        .setRangeEnd(EtcdTxns.prefixEnd(request.prefix()))
        .setLimit(request.countOnly() ? 0 : request.limit())
        .setRevision(request.atRevision())
        .setCountOnly(request.countOnly())
        .build();
  }

  static RangeResult result(RangeRequest request, RangeResponse response) {
    List<Entry> entries = response.getKvsList().stream().map(EtcdTxns::entry).toList();
    // With startAfter etcd counts only from there on.
    long total = request.countOnly() || request.startAfter().isEmpty() ? response.getCount() : -1;
    return new RangeResult(
        response.getHeader().getRevision(),
        entries,
        !request.countOnly() && response.getMore(),
        total);
  }
}
