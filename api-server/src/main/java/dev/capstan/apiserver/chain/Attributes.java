package dev.capstan.apiserver.chain;

/**
 * What somebody wants to do: the question an {@link Authorizer} answers.
 *
 * @param verb what
 * @param kind kind of object, or the name of a service that is about no kind
 * @param namespace empty for cluster-scoped kinds, or for all namespaces
 * @param name empty for lists, or when the server makes the name
 * @param subresource "status", "binding", "log", …; empty for the object itself
 */
public record Attributes(
    Verb verb, String kind, String namespace, String name, String subresource) {}
