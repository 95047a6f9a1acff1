/** An API server in memory, for tests of clients and controllers. */
@NullMarked
package dev.capstan.client.testing;

import org.jspecify.annotations.NullMarked;
