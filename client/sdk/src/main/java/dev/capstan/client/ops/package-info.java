/** What every long-running process shows of itself on its loopback port: readiness and metrics. */
@NullMarked
package dev.capstan.client.ops;

import org.jspecify.annotations.NullMarked;
