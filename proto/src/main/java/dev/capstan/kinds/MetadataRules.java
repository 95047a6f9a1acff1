package dev.capstan.kinds;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What every object's metadata must look like. */
final class MetadataRules {

  private static final int MOST_REFERENCES = 64;

  private MetadataRules() {}

  static void validate(
      ObjectMeta metadata, boolean namespaced, boolean nameIsLabel, Violations at) {
    if (at.at("name").required(metadata.getName())) {
      name(metadata.getName(), nameIsLabel, at.at("name"));
    }
    if (namespaced) {
      Names.label(metadata.getNamespace(), at.at("namespace"));
    } else {
      at.at("namespace")
          .check(metadata.getNamespace().isEmpty(), "must be empty: the kind is cluster-scoped");
    }
    LabelRules.labels(metadata.getLabelsMap(), at.at("labels"));
    LabelRules.annotations(metadata.getAnnotationsMap(), at.at("annotations"));
    finalizers(metadata.getFinalizersList(), at.at("finalizers"));
    owners(metadata, at.at("ownerReferences"));
  }

  private static void name(String name, boolean isLabel, Violations at) {
    if (isLabel) {
      Names.label(name, at);
    } else {
      Names.subdomain(name, at);
    }
  }

  private static void finalizers(List<String> finalizers, Violations at) {
    at.check(finalizers.size() <= MOST_REFERENCES, "must be at most " + MOST_REFERENCES);
    Set<String> seen = new LinkedHashSet<>();
    for (int i = 0; i < Math.min(finalizers.size(), MOST_REFERENCES); i++) {
      Names.labelKey(finalizers.get(i), at.at(i));
      at.at(i)
          .check(seen.add(finalizers.get(i)), "duplicate " + Violations.quote(finalizers.get(i)));
    }
  }

  private static void owners(ObjectMeta metadata, Violations at) {
    List<OwnerReference> owners = metadata.getOwnerReferencesList();
    at.check(owners.size() <= MOST_REFERENCES, "must be at most " + MOST_REFERENCES);
    int controllers = 0;
    for (int i = 0; i < Math.min(owners.size(), MOST_REFERENCES); i++) {
      OwnerReference owner = owners.get(i);
      Violations here = at.at(i);
      here.at("apiVersion").required(owner.getApiVersion());
      here.at("kind").required(owner.getKind());
      here.at("name").required(owner.getName());
      if (here.at("uid").required(owner.getUid())) {
        here.at("uid")
            .check(!owner.getUid().equals(metadata.getUid()), "must not be the object itself");
      }
      controllers += owner.getController() ? 1 : 0;
    }
    at.check(controllers <= 1, "must have at most one entry with controller: true");
  }

  /** Reports what may not change in metadata once the object exists. */
  static void validateUpdate(ObjectMeta old, ObjectMeta fresh, Violations at) {
    if (old.hasDeletionTimestamp()) {
      at.at("finalizers")
          .check(
              old.getFinalizersList().containsAll(fresh.getFinalizersList()),
              "must not get new entries while the object is being deleted");
    }
  }
}
