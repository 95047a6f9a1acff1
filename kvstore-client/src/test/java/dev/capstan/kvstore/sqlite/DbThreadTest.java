package dev.capstan.kvstore.sqlite;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DbThreadTest {

  @Test
  void whatRunsOnItIsNotLetWaitForIt() throws InterruptedException {
    DbThread thread = new DbThread("tested");
    try {
      var hopeless = thread.submit(() -> thread.call(false, () -> 1));
      assertThatThrownBy(hopeless::join)
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("it would hang");
    } finally {
      thread.close(() -> {});
    }
  }
}
