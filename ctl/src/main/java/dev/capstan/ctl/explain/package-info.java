/** What kinds and fields mean: the comments of the API's .proto files. */
@NullMarked
package dev.capstan.ctl.explain;

import org.jspecify.annotations.NullMarked;
