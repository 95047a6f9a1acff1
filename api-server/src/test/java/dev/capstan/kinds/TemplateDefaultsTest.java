package dev.capstan.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.capstan.api.NamedInputs;
import dev.capstan.api.v1.PodTemplateSpec;
import org.junit.jupiter.api.Test;

/** A default of a template must not make another template of it: every Deployment would roll. */
class TemplateDefaultsTest {

  /** A template in which every message is there and says nothing. */
  private static Message filled(Message.Builder message) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean nested =
          field.getJavaType() == JavaType.MESSAGE
              && !field.isMapField()
              && field.getContainingOneof() == null
              && !field.getMessageType().getFullName().startsWith("google.protobuf.");
      if (nested && field.isRepeated()) {
        message.addRepeatedField(field, filled(message.newBuilderForField(field)));
      } else if (nested) {
        message.setField(field, filled(message.newBuilderForField(field)));
      }
    }
    return message.build();
  }

  /**
   * The defaults of the first release are in every stored template. Whatever came later says so
   * with (added_default); if this fails, the new default needs it.
   */
  @Test
  void onlyTheDefaultsOfTheFirstReleaseCount() {
    PodTemplateSpec bare = (PodTemplateSpec) filled(PodTemplateSpec.newBuilder());
    PodTemplateSpec defaulted = WorkloadRules.defaulted(bare);
    assertThat(Differences.between(NamedInputs.of(bare), NamedInputs.of(defaulted)))
        .containsExactly(
            "spec.containers[0].ports[0].protocol",
            "spec.containers[0].livenessProbe.httpGet.path",
            "spec.containers[0].livenessProbe.httpGet.scheme",
            "spec.containers[0].livenessProbe.initialDelaySeconds",
            "spec.containers[0].livenessProbe.timeoutSeconds",
            "spec.containers[0].livenessProbe.periodSeconds",
            "spec.containers[0].livenessProbe.successThreshold",
            "spec.containers[0].livenessProbe.failureThreshold",
            "spec.containers[0].readinessProbe.httpGet.path",
            "spec.containers[0].readinessProbe.httpGet.scheme",
            "spec.containers[0].readinessProbe.initialDelaySeconds",
            "spec.containers[0].readinessProbe.timeoutSeconds",
            "spec.containers[0].readinessProbe.periodSeconds",
            "spec.containers[0].readinessProbe.successThreshold",
            "spec.containers[0].readinessProbe.failureThreshold",
            "spec.restartPolicy",
            "spec.terminationGracePeriodSeconds",
            "spec.tolerations[0].operator",
            "spec.schedulerName");
  }
}
