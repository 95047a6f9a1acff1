package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Secret;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.events.EventRecorder;
import java.util.List;
import java.util.Optional;

/** The API server, over gRPC. */
public final class GrpcPodApi implements PodApi {

  private final Api api;
  private final EventRecorder events;
  private final Removals removals;

  public GrpcPodApi(Api api, EventRecorder events) {
    this.api = api;
    this.events = events;
    this.removals = new Removals(api);
  }

  /** A call to the API server. */
  private interface Call<T> {
    T call() throws InterruptedException;
  }

  private static <T> T ask(Call<T> call) throws ApiFault, InterruptedException {
    try {
      return call.call();
    } catch (ApiException e) {
      throw new ApiFault(e.message());
    }
  }

  @Override
  public Optional<Pod> find(String namespace, String name) throws ApiFault, InterruptedException {
    return ask(() -> api.pods().namespace(namespace).find(name));
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name)
      throws ApiFault, InterruptedException {
    return ask(() -> api.configMaps().namespace(namespace).find(name));
  }

  @Override
  public Optional<Secret> secret(String namespace, String name)
      throws ApiFault, InterruptedException {
    return ask(() -> api.secrets().namespace(namespace).find(name));
  }

  @Override
  public List<StatusWrite> writeStatuses(List<Pod> pods) throws InterruptedException {
    Batch batch = api.batch();
    pods.forEach(pod -> batch.updateStatus(ObjectType.POD, pod));
    return batch.send().stream().map(GrpcPodApi::answer).toList();
  }

  private static StatusWrite answer(Batch.Result result) {
    if (result.ok()) {
      return new StatusWrite.Written(result.resourceVersion());
    }
    return switch (result.error().orElseThrow()) {
      case ApiException.NotFound e -> new StatusWrite.Gone();
      // Also after an unknown outcome: what is stored tells.
      case ApiException.Conflict e -> new StatusWrite.Stale();
      case ApiException.UnknownOutcome e -> new StatusWrite.Stale();
      case ApiException e -> new StatusWrite.Failed(e.message());
    };
  }

  @Override
  public void delete(String namespace, String name, String uid)
      throws ApiFault, InterruptedException {
    removals.remove(new ObjectKey(namespace, name), uid);
  }

  @Override
  public String clusterId() throws ApiFault, InterruptedException {
    return ask(() -> api.info().getClusterId());
  }

  @Override
  public void event(Pod pod, boolean warning, String reason, String message) {
    if (warning) {
      events.warning(ObjectType.POD, pod, reason, message);
    } else {
      events.normal(ObjectType.POD, pod, reason, message);
    }
  }
}
