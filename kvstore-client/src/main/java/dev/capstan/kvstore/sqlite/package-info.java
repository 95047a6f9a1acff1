/** The store of one machine: SQLite in a folder of the server's. */
@NullMarked
package dev.capstan.kvstore.sqlite;

import org.jspecify.annotations.NullMarked;
