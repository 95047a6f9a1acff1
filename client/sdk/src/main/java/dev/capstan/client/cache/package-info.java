/**
 * Informers: the cluster as a local, indexed, immutable snapshot that is whole at one revision.
 *
 * <pre>{@code
 * Index<Pod> byNode = Indexes.podsByNode();
 * InformerSet informers =
 *     InformerSet.of(api).watch(ObjectType.POD).watch(ObjectType.NODE).index(byNode).build();
 * informers.start();
 * informers.awaitSynced();
 * List<Pod> pods = informers.snapshot().by(byNode, "node-1");
 * }</pre>
 */
@NullMarked
package dev.capstan.client.cache;

import org.jspecify.annotations.NullMarked;
