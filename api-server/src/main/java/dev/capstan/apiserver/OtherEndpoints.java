package dev.capstan.apiserver;

import dev.capstan.api.v1.AnnounceRequest;
import dev.capstan.api.v1.InfoRequest;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.apiserver.chain.Attributes;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.handler.Endpoint;
import dev.capstan.apiserver.handler.Guards;
import dev.capstan.apiserver.sessions.NodeSessions;
import dev.capstan.apiserver.sessions.PodLogs;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Endpoints that are neither generic nor writes: sessions with kubelets, logs, the server itself.
 */
final class OtherEndpoints {

  private final Guards guards;
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

  OtherEndpoints(Authorizer authorizer) {
    this.guards = new Guards(authorizer);
  }

  /** By full method name. */
  Map<String, Endpoint> map() {
    return endpoints;
  }

  OtherEndpoints sessions(NodeSessions sessions) {
    endpoints.put(
        "capstan.v1.NodeSessions/Announce",
        guards.streaming(
            sessions.announce(),
            (AnnounceRequest request) ->
                new Attributes(Verb.WATCH, "Node", "", request.getNodeName(), "sessions")));
    endpoints.put(
        "capstan.v1.NodeSessions/Open",
        guards.bidirectional(
            sessions.open(), new Attributes(Verb.CREATE, "Node", "", "", "sessions")));
    return this;
  }

  OtherEndpoints logs(PodLogs logs) {
    endpoints.put(
        "capstan.v1.Pods/Logs",
        guards.streaming(
            logs.logs(),
            (LogsRequest request) ->
                new Attributes(Verb.GET, "Pod", request.getNamespace(), request.getName(), "log")));
    return this;
  }

  OtherEndpoints info(InfoResponse info) {
    Endpoint.Unary<InfoRequest> answer = (call, request) -> info.toByteString();
    endpoints.put(
        "capstan.v1.Cluster/Info",
        guards.unary(answer, request -> new Attributes(Verb.GET, "Cluster", "", "", "")));
    return this;
  }
}
