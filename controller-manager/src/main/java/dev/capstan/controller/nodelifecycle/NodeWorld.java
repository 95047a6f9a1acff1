package dev.capstan.controller.nodelifecycle;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node's decision is made from.
 *
 * @param name the node's name; there may be pods bound to a node that does not exist
 * @param node the node
 * @param pods the pods bound to it; asked for only if something may have to be done about them
 * @param silence how long it has certainly been silent; empty while this process cannot tell
 * @param missing how long it has been known not to exist
 * @param taintAges how long each of its NoExecute taints has been seen, by {@link Taints#id}
 * @param fleet all nodes
 */
public record NodeWorld(
    String name,
    Optional<Node> node,
    Supplier<List<Pod>> pods,
    Optional<Duration> silence,
    Duration missing,
    Map<String, Duration> taintAges,
    Fleet fleet) {}
