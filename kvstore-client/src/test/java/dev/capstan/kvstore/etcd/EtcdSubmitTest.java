package dev.capstan.kvstore.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Writes for which no thread waits, and an etcd that never answers them. */
class EtcdSubmitTest {

  private static final Duration SHORT = Duration.ofMillis(50);

  private final Seam seam = Seam.system();

  @Test
  void whatIsNotAnsweredInTimeMayHaveHappened() throws Exception {
    try (FakeEtcd etcd = new FakeEtcd();
        EtcdKvStore store =
            new EtcdKvStore(
                new EtcdOptions(List.of(etcd.endpoint()), 0, SHORT, Duration.ofMinutes(1), null),
                seam)) {
      Txn put = new Txn(List.of(), List.of(new Txn.Op.Put("/a", new byte[1])));
      for (int i = 0; i < 2; i++) { // The second one after the deadline of the first.
        var failure =
            store
                .submit(new Group(List.of(put)), seam.threads())
                .handle((result, e) -> e)
                .get(30, TimeUnit.SECONDS);
        assertThat(failure).isInstanceOf(StoreException.UnknownOutcome.class);
      }
    }
  }
}
