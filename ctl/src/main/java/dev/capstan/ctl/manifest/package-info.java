/** Manifests: YAML or JSON to messages, with positions for every complaint. */
@NullMarked
package dev.capstan.ctl.manifest;

import org.jspecify.annotations.NullMarked;
