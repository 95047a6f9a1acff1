@NullMarked
package dev.capstan.e2e.bench;

import org.jspecify.annotations.NullMarked;
