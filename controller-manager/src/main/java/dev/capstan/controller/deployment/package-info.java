/** Rolls a workload from one template to the next. */
@NullMarked
package dev.capstan.controller.deployment;

import org.jspecify.annotations.NullMarked;
