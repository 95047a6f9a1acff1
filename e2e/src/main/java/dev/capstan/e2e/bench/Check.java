package dev.capstan.e2e.bench;

/**
 * Something that must hold, or the figures mean nothing.
 *
 * @param detail what was found
 */
record Check(String what, boolean holds, String detail) {}
