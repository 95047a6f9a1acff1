/** What every gRPC client is made of. */
@NullMarked
package dev.capstan.client;

import org.jspecify.annotations.NullMarked;
