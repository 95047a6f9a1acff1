package dev.capstan.apiserver;

import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.AnnounceRequest;
import dev.capstan.api.v1.InfoRequest;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.apiserver.chain.Question;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.handler.Endpoint;
import dev.capstan.apiserver.handler.GuardedEndpoint;
import dev.capstan.apiserver.handler.Questions;
import dev.capstan.apiserver.sessions.NodeSessions;
import dev.capstan.apiserver.sessions.PodLogs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Endpoints that are neither generic nor writes: sessions with kubelets, logs, the server itself.
 */
final class OtherEndpoints {

  private final KindRegistry kinds;
  private final Map<String, GuardedEndpoint> endpoints = new LinkedHashMap<>();

  OtherEndpoints(KindRegistry kinds) {
    this.kinds = kinds;
  }

  /** By full method name. */
  Map<String, GuardedEndpoint> map() {
    return endpoints;
  }

  OtherEndpoints sessions(NodeSessions sessions) {
    Kind node = kinds.require("Node");
    Questions<AnnounceRequest> announced =
        request ->
            List.of(Question.of(Verb.WATCH, node).named(request.getNodeName()).of("sessions"));
    endpoints.put(
        "capstan.v1.NodeSessions/Announce",
        GuardedEndpoint.streaming(sessions.announce(), announced));
    endpoints.put(
        "capstan.v1.NodeSessions/Open",
        GuardedEndpoint.bidirectional(
            sessions.open(), Question.of(Verb.CREATE, node).of("sessions")));
    return this;
  }

  OtherEndpoints logs(PodLogs logs) {
    Kind pod = kinds.require("Pod");
    Questions<LogsRequest> question =
        request ->
            List.of(
                Question.of(Verb.GET, pod)
                    .in(request.getNamespace())
                    .named(request.getName())
                    .of("log"));
    endpoints.put("capstan.v1.Pods/Logs", GuardedEndpoint.streaming(logs.logs(), question));
    return this;
  }

  OtherEndpoints info(InfoResponse info) {
    Endpoint.Unary<InfoRequest> answer = (call, request) -> info.toByteString();
    endpoints.put(
        "capstan.v1.Cluster/Info",
        GuardedEndpoint.unary(
            answer, Questions.always(Question.ofService(Verb.GET, "Cluster", ""))));
    return this;
  }
}
