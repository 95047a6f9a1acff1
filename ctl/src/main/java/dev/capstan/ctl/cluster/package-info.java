/** The way to a cluster: contexts, connection, and the calls the verbs make. */
@NullMarked
package dev.capstan.ctl.cluster;

import org.jspecify.annotations.NullMarked;
