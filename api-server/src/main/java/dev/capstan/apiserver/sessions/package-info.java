/** Sessions with nodes: the streams kubelets keep, and those paired with clients'. */
@NullMarked
package dev.capstan.apiserver.sessions;

import org.jspecify.annotations.NullMarked;
