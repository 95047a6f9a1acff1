package dev.capstan.kinds;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Taint;
import java.util.LinkedHashSet;
import java.util.Set;

/** Nodes. */
public final class NodeStrategy implements Strategy<Node> {

  @Override
  public void validate(Node object, Violations at) {
    Violations spec = at.at("spec");
    String cidr = object.getSpec().getPodCidr();
    spec.at("podCIDR")
        .check(
            cidr.isEmpty() || isCidr(cidr),
            "must be a range such as 10.88.0.0/22, not " + Violations.quote(cidr));
    Set<String> seen = new LinkedHashSet<>();
    for (int i = 0; i < object.getSpec().getTaintsCount(); i++) {
      taint(object.getSpec().getTaints(i), seen, spec.at("taints").at(i));
    }
  }

  private static void taint(Taint taint, Set<String> seen, Violations at) {
    if (at.at("key").required(taint.getKey())) {
      Names.labelKey(taint.getKey(), at.at("key"));
    }
    Names.labelValue(taint.getValue(), at.at("value"));
    at.at("effect").required(taint.getEffect());
    String identity = taint.getKey() + ":" + taint.getEffect();
    at.check(seen.add(identity), "duplicate " + Violations.quote(identity));
  }

  @Override
  public void validateUpdate(Node old, Node fresh, Violations at) {
    String before = old.getSpec().getPodCidr();
    at.at("spec")
        .at("podCIDR")
        .check(
            before.isEmpty() || before.equals(fresh.getSpec().getPodCidr()),
            "is immutable once set");
  }

  private static boolean isCidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
      return false;
    }
    int bits = Integer.parseInt(text.substring(slash + 1));
    String address = text.substring(0, slash);
    return ContainerRules.isIp(address) && bits <= (address.contains(":") ? 128 : 32);
  }
}
