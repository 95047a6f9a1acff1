/** Watching a rollout: how far it is, whether it can finish, and why not. */
@NullMarked
package dev.capstan.ctl.rollout;

import org.jspecify.annotations.NullMarked;
