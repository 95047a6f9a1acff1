package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** Images: whether they are there, and pulling them. */
final class DockerImages {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final DockerCalls calls;
  private final SharedCalls<Boolean> looks = new SharedCalls<>();

  DockerImages(DockerCalls calls) {
    this.calls = calls;
  }

  boolean has(String image) throws RuntimeFault, InterruptedException {
    return looks.call(
        image, () -> calls.call("image inspect", LIMIT, client -> exists(client, image)));
  }

  private static boolean exists(DockerClient client, String image) {
    try {
      client.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  /** Pulls one image; a failure can come as an answer or as the last item of the progress. */
  void pull(String image) throws RuntimeFault, InterruptedException {
    AtomicReference<String> refusal = new AtomicReference<>("");
    DockerStream<PullResponseItem> stream =
        new DockerStream<>(
            () -> {},
            item -> {
              ResponseItem.ErrorDetail detail = item.getErrorDetail();
              if (detail != null && detail.getMessage() != null) {
                refusal.set(detail.getMessage());
              }
            });
    calls.streams().pullImageCmd(withTag(image)).exec(stream);
    Throwable error = stream.await();
    if (error != null) {
      throw DockerErrors.pulling(error);
    }
    if (!refusal.get().isEmpty()) {
      throw new RuntimeFault(Kind.PULL_FAILED, refusal.get().strip());
    }
  }

  /** Without a tag the engine would pull all of them. */
  static String withTag(String image) {
    int slash = image.lastIndexOf('/');
    boolean tagged = image.indexOf(':', slash + 1) >= 0 || image.contains("@");
    return tagged ? image : image + ":latest";
  }
}
