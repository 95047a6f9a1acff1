/** What operators see: metrics and readiness, on a port of their own. */
@NullMarked
package dev.capstan.apiserver.ops;

import org.jspecify.annotations.NullMarked;
