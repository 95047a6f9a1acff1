/** Empties namespaces that are being deleted. */
@NullMarked
package dev.capstan.controller.namespace;

import org.jspecify.annotations.NullMarked;
