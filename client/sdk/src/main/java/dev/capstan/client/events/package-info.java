/** Reporting what happened to objects, without ever waiting for the server. */
@NullMarked
package dev.capstan.client.events;

import org.jspecify.annotations.NullMarked;
