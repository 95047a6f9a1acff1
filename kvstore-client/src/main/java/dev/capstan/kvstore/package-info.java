/**
 * The only door to state: a small ordered key-value store with revisions, transactions and watches,
 * over etcd, SQLite or memory, and the group commit above all three.
 */
@NullMarked
package dev.capstan.kvstore;

import org.jspecify.annotations.NullMarked;
