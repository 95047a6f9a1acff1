package dev.capstan.kinds;

import java.util.List;

/** The rights of processes that have names of their own, as capabilities(7) spells them. */
public final class EngineCapabilities {

  /**
   * What engines give containers unless told otherwise, NET_RAW included. More would be the
   * machine, until there is a policy that says who may have it.
   */
  public static final List<String> GIVEN =
      List.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  private EngineCapabilities() {}
}
