package dev.capstan.e2e.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotAcceptableException;
import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.Service;
import com.github.dockerjava.api.model.ServiceModeConfig;
import com.github.dockerjava.api.model.ServiceReplicatedModeOptions;
import com.github.dockerjava.api.model.ServiceRestartPolicy;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.SwarmSpec;
import com.github.dockerjava.api.model.TaskSpec;
import com.github.dockerjava.api.model.UpdateConfig;
import com.github.dockerjava.api.model.UpdateOrder;
import java.util.Objects;

/**
 * Docker Swarm, as {@code docker service create --restart-delay 0s --update-parallelism 5
 * --no-resolve-image} uses it: one manager that is its own worker, services on the default bridge.
 */
final class SwarmMode implements Orchestrator {

  private final DockerClient client;

  private SwarmMode(DockerClient client) {
    this.client = client;
  }

  /** Makes the engine a swarm of one. */
  static SwarmMode start(DockerClient client) {
    client
        .initializeSwarmCmd(new SwarmSpec().withName("default"))
        .withListenAddr("127.0.0.1")
        .withAdvertiseAddr("127.0.0.1")
        .exec();
    return new SwarmMode(client);
  }

  @Override
  public String name() {
    return "Swarm";
  }

  @Override
  public void create(String app, int replicas, String image) {
    client.createServiceCmd(spec(app, replicas, image)).exec();
  }

  @Override
  public void update(String app, String image) {
    Service service = client.inspectServiceCmd(app).exec();
    ServiceModeConfig mode = Objects.requireNonNull(service.getSpec()).getMode();
    long replicas =
        Objects.requireNonNull(Objects.requireNonNull(mode).getReplicated()).getReplicas();
    client
        .updateServiceCmd(service.getId(), spec(app, Math.toIntExact(replicas), image))
        .withVersion(Objects.requireNonNull(service.getVersion()).getIndex())
        .exec();
  }

  private static ServiceSpec spec(String app, int replicas, String image) {
    return new ServiceSpec()
        .withName(app)
        .withMode(
            new ServiceModeConfig()
                .withReplicated(new ServiceReplicatedModeOptions().withReplicas(replicas)))
        .withTaskTemplate(
            new TaskSpec()
                .withContainerSpec(new ContainerSpec().withImage(image))
                .withRestartPolicy(new ServiceRestartPolicy().withDelay(0L)))
        .withUpdateConfig(
            new UpdateConfig().withParallelism(UPDATE_AT_ONCE).withOrder(UpdateOrder.STOP_FIRST));
  }

  @Override
  public void remove(String app) {
    client.removeServiceCmd(app).exec();
  }

  @Override
  public void close() {
    try {
      client.leaveSwarmCmd().withForceEnabled(true).exec();
    } catch (NotAcceptableException e) {
      // It is no swarm (any more).
    }
  }
}
