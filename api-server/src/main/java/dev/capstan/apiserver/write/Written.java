package dev.capstan.apiserver.write;

import com.google.protobuf.Message;

/**
 * The object after a write.
 *
 * @param object as clients see it, with its resourceVersion
 * @param resourceVersion of the write; of the object as it is if nothing had to be written; empty
 *     for a dry run that would have created it
 */
public record Written(Message object, String resourceVersion) {}
