package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodWatchFrame;
import dev.capstan.api.v1.WatchRequest;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

/** One object's way through the whole server. */
class FirstLightTest {

  @Test
  void aPodIsCreatedReadListedAndWatched() throws Exception {
    try (Api api = Api.start()) {
      Pod created = api.create(Api.pod("web"));
      assertThat(created.getMetadata().getUid()).isNotEmpty();
      assertThat(created.getMetadata().getResourceVersion()).isNotEmpty();
      assertThat(created.getMetadata().getGeneration()).isEqualTo(1);
      assertThat(created.getStatus().getPhase()).isEqualTo("Pending");
      assertThat(created.getSpec().getRestartPolicy()).isEqualTo("Always");

      GetRequest get = GetRequest.newBuilder().setNamespace("default").setName("web").build();
      assertThat(api.pods().get(get)).isEqualTo(created);
      assertThat(api.pods().list(ListRequest.getDefaultInstance()).getItemsList())
          .containsExactly(created);

      Iterator<PodWatchFrame> watch = api.pods().watch(WatchRequest.getDefaultInstance());
      PodWatchFrame initial = watch.next();
      assertThat(initial.getInitial()).isTrue();
      assertThat(initial.getEvents(0).getObject()).isEqualTo(created);
      Pod second = api.create(Api.pod("web-2"));
      PodWatchFrame next = watch.next();
      while (next.getEventsCount() == 0) {
        next = watch.next();
      }
      assertThat(next.getEvents(0).getObject()).isEqualTo(second);
    }
  }
}
