/** What the API server's tests share. */
@NullMarked
package dev.capstan.apiserver.testing;

import org.jspecify.annotations.NullMarked;
