/** Authenticator, authorizer, admission: what every call passes before it has any effect. */
@NullMarked
package dev.capstan.apiserver.chain;

import org.jspecify.annotations.NullMarked;
