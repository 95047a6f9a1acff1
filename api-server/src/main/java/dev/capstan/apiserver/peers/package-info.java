/**
 * Limits that hold before anybody is trusted, and after: how many connections, how fast, and how
 * many frames of the kinds that cost the server much and their sender nothing.
 *
 * <p>A connection has a small allowance of its own for each kind of frame. What it needs beyond
 * comes from a pool that outlives it: the pool of its address until it has authenticated a call,
 * then that of the user. So a flood that reconnects finds an empty pool, while connections that
 * behave live on their own allowance, whoever shares their address or token.
 */
@NullMarked
package dev.capstan.apiserver.peers;

import org.jspecify.annotations.NullMarked;
