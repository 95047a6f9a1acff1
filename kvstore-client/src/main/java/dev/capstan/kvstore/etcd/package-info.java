/** The store of a cluster: etcd, the only place that knows it. */
@NullMarked
package dev.capstan.kvstore.etcd;

import org.jspecify.annotations.NullMarked;
