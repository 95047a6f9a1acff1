package dev.capstan.kubelet.runtime;

import dev.capstan.api.Numbers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 range of a node, e.g. "10.88.0.0/22": the first address is the gateway, the last eight
 * are left to containers that are not the kubelet's, the rest are the pods'.
 *
 * @param network first address as a number, host part zero
 * @param bits length of the prefix, 8 to 27
 */
public record AddressRange(int network, int bits) {

  private static final Pattern CIDR =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

  private static final int VISITORS_BITS = 29;

  /**
   * Reads a range.
   *
   * @throws IllegalArgumentException if it is none, or its prefix is not between 8 and 27
   */
  public static AddressRange parse(String cidr) {
    Matcher matcher = CIDR.matcher(cidr);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not an IPv4 range such as 10.88.0.0/22: " + cidr);
    }
    int address = 0;
    for (int i = 1; i <= 4; i++) {
      int part = Numbers.parseInt(matcher.group(i));
      if (part > 255) {
        throw new IllegalArgumentException("not an IPv4 range: " + cidr);
      }
      address = address << 8 | part;
    }
    int bits = Numbers.parseInt(matcher.group(5));
    if (bits < 8 || bits > 27 || (address & ~mask(bits)) != 0) {
      throw new IllegalArgumentException(
          "the range's prefix is 8 to 27 long and its host part zero: " + cidr);
    }
    return new AddressRange(address, bits);
  }

  private static int mask(int bits) {
    return -1 << (32 - bits);
  }

  /** The range of this size at a position inside this one: the ranges of many nodes out of one. */
  public AddressRange part(int index, int partBits) {
    if (partBits < bits || index >= 1 << (partBits - bits)) {
      throw new IllegalArgumentException(this + " has no part " + index + " of /" + partBits);
    }
    return new AddressRange(network + (index << (32 - partBits)), partBits);
  }

  /** Number of addresses pods can have. */
  public int size() {
    return (1 << (32 - bits)) - 2 - 8;
  }

  /** The address of a pod, by its number from 0 to size() - 1. */
  public String address(int index) {
    return print(network + 2 + index);
  }

  /** The number of an address, or -1 if it is not one of a pod. */
  public int index(String address) {
    Matcher matcher = CIDR.matcher(address + "/32");
    if (!matcher.matches()) {
      return -1;
    }
    int value = 0;
    for (int i = 1; i <= 4; i++) {
      value = value << 8 | Numbers.parseInt(matcher.group(i));
    }
    int index = value - network - 2;
    return index >= 0 && index < size() ? index : -1;
  }

  /** The bridge's own address. */
  public String gateway() {
    return print(network + 1);
  }

  /** Where containers that are not the kubelet's get addresses. */
  public String visitors() {
    return print(network + (1 << (32 - bits)) - 8) + "/" + VISITORS_BITS;
  }

  private static String print(int address) {
    return (address >>> 24 & 255)
        + "."
        + (address >>> 16 & 255)
        + "."
        + (address >>> 8 & 255)
        + "."
        + (address & 255);
  }

  @Override
  public String toString() {
    return print(network) + "/" + bits;
  }
}
