/**
 * What every gRPC client is made of: a connection, typed resource clients, informers and the parts
 * of a controller.
 *
 * <pre>{@code
 * // A controller that keeps a label on every config map.
 * static void run(Connection connection) throws InterruptedException {
 *   Api api = Api.of(connection).as("greeter");
 *   try (InformerSet informers = InformerSet.of(api).watch(ObjectType.CONFIG_MAP).build()) {
 *     informers.start();
 *     ControllerRunner.<ObjectKey>of(
 *             "greeter",
 *             informers,
 *             api,
 *             (key, world, writes) -> {
 *               ConfigMap map = world.find(ObjectType.CONFIG_MAP, key).orElse(null);
 *               if (map != null && !map.getMetadata().containsLabels("greeted")) {
 *                 writes
 *                     .configMaps()
 *                     .namespace(key.namespace())
 *                     .patch(key.name(), "{\"metadata\":{\"labels\":{\"greeted\":\"yes\"}}}");
 *               }
 *               return Outcome.DONE;
 *             })
 *         .on(ObjectType.CONFIG_MAP, change -> List.of(change.key()))
 *         .build()
 *         .run(); // until interrupted
 *   }
 * }
 * }</pre>
 *
 * <p>Start with {@link dev.capstan.client.Connection} and {@link dev.capstan.client.Api}. Caches
 * are in {@link dev.capstan.client.cache}, work queues, the runner and leader election in {@link
 * dev.capstan.client.control}. Calls block; run them on virtual threads. Errors are {@link
 * dev.capstan.client.ApiException}s, classified once.
 */
@NullMarked
package dev.capstan.client;

import org.jspecify.annotations.NullMarked;
