package dev.capstan.controller.garbage;

import java.util.List;

/**
 * What the decision about one object is made from, all at one version.
 *
 * @param item the object
 * @param owners its owner references
 * @param dependents objects that name it as an owner, by uid
 */
public record GarbageWorld(Item item, List<Owner> owners, List<Item> dependents) {}
