package dev.capstan.kinds;

import dev.capstan.api.v1.Capabilities;
import dev.capstan.api.v1.SecurityContext;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a container may ask of its machine. */
final class SecurityRules {

  /** The rest of Linux's (capabilities(7)). */
  private static final List<String> OTHERS =
      List.of(
          "AUDIT_CONTROL",
          "AUDIT_READ",
          "BLOCK_SUSPEND",
          "BPF",
          "CHECKPOINT_RESTORE",
          "DAC_READ_SEARCH",
          "IPC_LOCK",
          "IPC_OWNER",
          "LEASE",
          "LINUX_IMMUTABLE",
          "MAC_ADMIN",
          "MAC_OVERRIDE",
          "NET_ADMIN",
          "NET_BROADCAST",
          "PERFMON",
          "SYSLOG",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_MODULE",
          "SYS_NICE",
          "SYS_PACCT",
          "SYS_PTRACE",
          "SYS_RAWIO",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "WAKE_ALARM");

  private static final List<String> MAY_BE_DROPPED =
      Stream.of(EngineCapabilities.GIVEN, OTHERS, List.of("ALL")).flatMap(List::stream).toList();

  private SecurityRules() {}

  static void validate(SecurityContext context, Violations at) {
    Capabilities capabilities = context.getCapabilities();
    names(
        capabilities.getAddList(),
        EngineCapabilities.GIVEN,
        "must be one of "
            + EngineCapabilities.GIVEN.stream().sorted().collect(Collectors.joining(", "))
            + " (others are not in this version)",
        at.at("capabilities").at("add"));
    names(
        capabilities.getDropList(),
        MAY_BE_DROPPED,
        "must be ALL or a Linux capability such as NET_BIND_SERVICE",
        at.at("capabilities").at("drop"));
  }

  private static void names(List<String> names, List<String> known, String rule, Violations at) {
    for (int i = 0; i < names.size(); i++) {
      // Engines take both spellings.
      String name = names.get(i).startsWith("CAP_") ? names.get(i).substring(4) : names.get(i);
      at.at(i).check(known.contains(name), rule + ", not " + Violations.quote(names.get(i)));
    }
  }
}
