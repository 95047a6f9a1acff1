package dev.capstan.kvstore.etcd;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.capstan.kvstore.KvStore.Size;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Clock;
import io.etcd.jetcd.api.AlarmMember;
import io.etcd.jetcd.api.AlarmRequest;
import io.etcd.jetcd.api.AlarmType;
import io.etcd.jetcd.api.DefragmentRequest;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is asked of single members: version, size, defragmentation, alarms. */
final class EtcdMaintenance {

  private static final Logger log = LoggerFactory.getLogger(EtcdMaintenance.class);

  /** With the pauses between them over a second: etcd commits every 100 ms. */
  private static final int LOOKS = 6;

  /** Beside the lanes' markers, where nobody watches. */
  private static final ByteString SETTLE = EtcdTxns.bytes("/capstan-settle");

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** So often, and then less often, a store is asked that starts beside its server. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

  /** So long a defragmentation that may give nothing back is not tried again. */
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(15);

  private static final String ALARMED = "etcd has raised its alarm NOSPACE: it reached its quota";

  private final EtcdOptions options;
  private final EtcdChannels channels;
  private final EtcdCalls calls;
  private final Clock clock;
  private final List<MaintenanceGrpc.MaintenanceFutureStub> members;
  private final MaintenanceGrpc.MaintenanceFutureStub anyMember;
  private final EtcdQuota quota;
  private final KVGrpc.KVFutureStub kv;

  // Only the compactor's thread touches these.
  private boolean tried;
  private long triedNanos;

  EtcdMaintenance(EtcdOptions options, EtcdChannels channels, EtcdCalls calls, Clock clock) {
    this.options = options;
    this.channels = channels;
    this.calls = calls;
    this.clock = clock;
    this.kv = KVGrpc.newFutureStub(channels.any());
    this.anyMember = MaintenanceGrpc.newFutureStub(channels.any());
    this.quota = new EtcdQuota(options.quotaBytes());
    this.members = channels.members().stream().map(MaintenanceGrpc::newFutureStub).toList();
  }

  /**
   * Asks all members; a server that is just starting is given some time.
   *
   * @return the lowest version among those that answer
   */
  String checkVersions() {
    long deadline = clock.deadline(options.callTimeout().multipliedBy(2));
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return EtcdVersion.lowestUsable(
            statuses().stream().map(StatusResponse::getVersion).toList());
      } catch (StoreException.Unavailable e) {
        if (clock.nanoTime() - deadline >= 0) {
          throw new StoreException.Unavailable(
              "no etcd answers at " + String.join(",", options.endpoints()), e);
        }
        pause(pause);
        pause = pause.compareTo(PAUSE) < 0 ? pause.multipliedBy(2) : PAUSE;
        channels.reconnectToMembers();
      }
    }
  }

  private void pause(Duration duration) {
    try {
      clock.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException.Unavailable("interrupted", e);
    }
  }

  /** The status of every member that answers; at least one. */
  private List<StatusResponse> statuses() {
    List<StatusResponse> statuses = new ArrayList<>();
    StoreException last = null;
    for (var member : members) {
      try {
        statuses.add(call(member.status(StatusRequest.getDefaultInstance()), false));
      } catch (StoreException.Unavailable e) {
        last = e;
      }
    }
    if (statuses.isEmpty() && last != null) {
      throw last;
    }
    return statuses;
  }

  /** That of the largest member: the first to reach its quota stops them all. */
  Size size() {
    StatusResponse largest = StatusResponse.getDefaultInstance();
    for (StatusResponse status : statuses()) {
      largest = status.getDbSize() >= largest.getDbSize() ? status : largest;
    }
    boolean alarmed = largest.getErrorsList().stream().anyMatch(e -> e.contains("NOSPACE"));
    quota.saw(largest.getDbSize(), alarmed, clock.nanoTime());
    String shortage = alarmed ? ALARMED : options.disk() == null ? "" : options.disk().shortage();
    return new Size(largest.getDbSize(), largest.getDbSizeInUse(), quota.bytes(), shortage);
  }

  /**
   * Defragments where that gives back much, member after member since each stands still meanwhile,
   * and ends the alarm that etcd raised at its quota and keeps until told otherwise.
   */
  void reclaim() {
    var unused = size(); // How large it is before, by which the quota is known.
    boolean shrunk = false;
    for (var member : members) {
      try {
        if (isWorthwhile(member)) {
          call(member.defragment(DefragmentRequest.getDefaultInstance()), true);
          shrunk = true;
        }
      } catch (StoreException.Unavailable | StoreException.UnknownOutcome e) {
        log.warn("a member of etcd is not defragmented: {}", e.getMessage());
      }
    }
    Size size = size();
    if (shrunk) {
      log.info("etcd defragmented: {} MiB", size.bytes() >> 20);
    }
    if (quota.isRoomy(size.bytes())) {
      disarm();
    }
  }

  /**
   * Free pages are used again: only when the file comes near its quota they had better go. What a
   * compaction freed is counted after a later write only, so a member that seems full is written to
   * and looked at again; one that takes no more writes is defragmented anyhow.
   */
  private boolean isWorthwhile(MaintenanceGrpc.MaintenanceFutureStub member) {
    long most = quota.bytes() == 0 ? Long.MAX_VALUE : quota.bytes();
    for (int look = 0; look < LOOKS; look++) {
      StatusResponse status = call(member.status(StatusRequest.getDefaultInstance()), false);
      long free = status.getDbSize() - status.getDbSizeInUse();
      if (status.getDbSize() <= most / 2) {
        return false;
      }
      if (free > status.getDbSize() / 5) {
        return true;
      }
      if (!settle()) {
        return isTimeToTry();
      }
      pause(PAUSE);
    }
    return false;
  }

  /** Whether a member may be defragmented of which it is not known that it gives anything back. */
  private boolean isTimeToTry() {
    long now = clock.nanoTime();
    if (tried && now - triedNanos < BETWEEN_TRIES.toNanos()) {
      return false;
    }
    tried = true;
    triedNanos = now;
    return true;
  }

  /** Writes a little and removes it; false if there is no space for it. */
  private boolean settle() {
    try {
      call(kv.put(PutRequest.newBuilder().setKey(SETTLE).setValue(SETTLE).build()), true);
      call(kv.deleteRange(DeleteRangeRequest.newBuilder().setKey(SETTLE).build()), true);
      return true;
    } catch (StoreException.OutOfSpace e) {
      return false;
    }
  }

  private void disarm() {
    for (AlarmMember alarm : alarms()) {
      AlarmRequest off =
          AlarmRequest.newBuilder()
              .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
              .setAlarm(AlarmType.NOSPACE)
              .setMemberID(alarm.getMemberID())
              .build();
      call(anyMember.alarm(off), true);
      quota.disarmed();
      log.info("etcd's alarm for want of space is off");
    }
  }

  /** Those that are on for want of space. */
  private List<AlarmMember> alarms() {
    AlarmRequest list =
        AlarmRequest.newBuilder()
            .setAction(AlarmRequest.AlarmAction.GET)
            .setAlarm(AlarmType.NOSPACE)
            .build();
    return call(anyMember.alarm(list), false).getAlarmsList().stream()
        .filter(alarm -> alarm.getAlarm() == AlarmType.NOSPACE)
        .toList();
  }

  private <T> T call(ListenableFuture<T> call, boolean slow) {
    try {
      return calls.await(call, slow ? options.maintenanceTimeout() : options.callTimeout(), slow);
    } catch (ExecutionException e) {
      throw EtcdErrors.classify(causeOf(e), slow);
    }
  }

  private static Throwable causeOf(ExecutionException e) {
    @Nullable Throwable cause = e.getCause();
    return cause == null ? e : cause;
  }
}
