/** The gRPC API server. */
@NullMarked
package dev.capstan.apiserver;

import org.jspecify.annotations.NullMarked;
