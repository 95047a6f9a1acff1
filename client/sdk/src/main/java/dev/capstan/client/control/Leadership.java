package dev.capstan.client.control;

import dev.capstan.api.v1.Fence;
import dev.capstan.client.Api;
import java.util.function.BooleanSupplier;

/**
 * One term of a leader.
 *
 * @param fence to name in every write
 * @param api writes under the fence
 * @param version resourceVersion of the acquisition; the caches have reached it
 * @param current false once the term is over; the interrupt comes at the same time
 */
public record Leadership(Fence fence, Api api, String version, BooleanSupplier current) {}
