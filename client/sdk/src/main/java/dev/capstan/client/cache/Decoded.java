package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.client.ObjectType;

/** An event of a watch frame with its object parsed. */
record Decoded<T extends Message>(ObjectType<T> type, boolean deleted, T object) {}
