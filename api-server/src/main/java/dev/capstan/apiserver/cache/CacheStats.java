package dev.capstan.apiserver.cache;

/**
 * Figures of the watch cache.
 *
 * @param revision the newest applied
 * @param oldestRevision watches can start after it
 * @param ringBytes what past revisions take, roughly
 * @param ringRevisions how many there are
 * @param watchers open watches
 * @param objects current objects of all kinds
 * @param unreadable how many objects cannot be read
 */
public record CacheStats(
    long revision,
    long oldestRevision,
    long ringBytes,
    int ringRevisions,
    int watchers,
    long objects,
    int unreadable) {}
