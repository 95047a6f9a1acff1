package dev.capstan.client;

import com.google.protobuf.Message;
import java.util.List;

/**
 * Objects of one kind.
 *
 * @param items by namespace and name
 * @param resourceVersion the version at which the list was true: watch from here
 */
public record ObjectList<T extends Message>(List<T> items, String resourceVersion) {}
