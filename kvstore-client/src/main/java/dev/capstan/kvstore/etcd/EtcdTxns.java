package dev.capstan.kvstore.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore.CommitResult;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.Outcome;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups as etcd transactions: the guard's compare outside, each member a nested transaction of its
 * own. etcd judges them all by the state before.
 */
final class EtcdTxns {

  private EtcdTxns() {}

  static TxnRequest request(Group group) {
    TxnRequest.Builder request = TxnRequest.newBuilder();
    for (Txn member : group.members()) {
      request.addSuccess(RequestOp.newBuilder().setRequestTxn(member(member)));
    }
    Group.Guard guard = group.guard();
    if (guard != null) {
      request.addCompare(modRevision(guard.key(), guard.expectedModRevision()));
      request.addSuccess(put(guard.key(), guard.value()));
      request.addFailure(get(guard.key()));
    }
    return request.build();
  }

  private static TxnRequest member(Txn txn) {
    TxnRequest.Builder request = TxnRequest.newBuilder();
    for (Txn.Compare compare : txn.compares()) {
      request.addCompare(compare(compare));
      request.addFailure(get(compare.key()));
    }
    for (Txn.Op op : txn.ops()) {
      request.addSuccess(
          switch (op) {
            case Txn.Op.Put(String key, byte[] value) -> put(key, value);
            case Txn.Op.Delete(String key) -> delete(key);
          });
    }
    return request.build();
  }

  private static Compare.Builder compare(Txn.Compare compare) {
    return switch (compare) {
      case Txn.Compare.Absent(String key) -> createRevision(key, 0);
      case Txn.Compare.Exists(String key) ->
          createRevision(key, 0).setResult(Compare.CompareResult.NOT_EQUAL);
      case Txn.Compare.ModRevision(String key, long revision) -> modRevision(key, revision);
      case Txn.Compare.CreateRevision(String key, long revision) -> createRevision(key, revision);
    };
  }

  /** For etcd the revisions of an absent key are 0. */
  private static Compare.Builder createRevision(String key, long revision) {
    return Compare.newBuilder()
        .setKey(bytes(key))
        .setTarget(Compare.CompareTarget.CREATE)
        .setResult(Compare.CompareResult.EQUAL)
        .setCreateRevision(revision);
  }

  private static Compare.Builder modRevision(String key, long revision) {
    return Compare.newBuilder()
        .setKey(bytes(key))
        .setTarget(Compare.CompareTarget.MOD)
        .setResult(Compare.CompareResult.EQUAL)
        .setModRevision(revision);
  }

  private static RequestOp put(String key, byte[] value) {
    return RequestOp.newBuilder()
        .setRequestPut(
            PutRequest.newBuilder()
                .setKey(bytes(key))
                .setValue(UnsafeByteOperations.unsafeWrap(value)))
        .build();
  }

  private static RequestOp delete(String key) {
    return RequestOp.newBuilder()
        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)))
        .build();
  }

  private static RequestOp get(String key) {
    return RequestOp.newBuilder()
        .setRequestRange(RangeRequest.newBuilder().setKey(bytes(key)))
        .build();
  }

  /**
   * @throws StoreException.GuardFailed as the response says
   */
  static CommitResult result(Group group, TxnResponse response) {
    Group.Guard guard = group.guard();
    if (guard != null && !response.getSucceeded()) {
      List<Entry> current = entries(response.getResponses(0));
      throw new StoreException.GuardFailed(
          guard.key(), current.isEmpty() ? null : current.getFirst());
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < group.members().size(); i++) {
      outcomes.add(outcome(response.getResponses(i).getResponseTxn()));
    }
    return new CommitResult(response.getHeader().getRevision(), List.copyOf(outcomes));
  }

  private static Outcome outcome(TxnResponse member) {
    if (member.getSucceeded()) {
      return new Outcome.Committed();
    }
    List<Entry> current = new ArrayList<>();
    member.getResponsesList().forEach(read -> current.addAll(entries(read)));
    return new Outcome.Refused(List.copyOf(current));
  }

  private static List<Entry> entries(ResponseOp read) {
    return read.getResponseRange().getKvsList().stream().map(EtcdTxns::entry).toList();
  }

  static Entry entry(KeyValue kv) {
    return new Entry(
        kv.getKey().toStringUtf8(),
        kv.getValue().toByteArray(),
        kv.getCreateRevision(),
        kv.getModRevision(),
        kv.getVersion());
  }

  static ByteString bytes(String key) {
    return ByteString.copyFromUtf8(key);
  }

  /** The end of the range of all keys with a prefix, as etcd's clients make it. */
  static ByteString prefixEnd(String prefix) {
    byte[] end = bytes(prefix).toByteArray();
    for (int i = end.length - 1; i >= 0; i--) {
      if (end[i] != (byte) 0xFF) {
        end[i]++;
        return ByteString.copyFrom(end, 0, i + 1);
      }
    }
    return ByteString.copyFrom(new byte[] {0}); // No end.
  }
}
