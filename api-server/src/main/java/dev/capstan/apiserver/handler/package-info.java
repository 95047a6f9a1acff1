/**
 * From bytes to a call and back: one handler for every method of every service, bound from the
 * services' descriptors.
 *
 * <p>gRPC hands over the raw bytes of each request, so that a message that cannot be parsed, or
 * that carries fields this version does not know, is answered INVALID_ARGUMENT with a path.
 */
@NullMarked
package dev.capstan.apiserver.handler;

import org.jspecify.annotations.NullMarked;
