package dev.capstan.apiserver.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.seam.FakeClock;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames are told apart by their headers, however the network cuts them. */
class FrameMeterTest {

  private final FakeClock clock = new FakeClock();
  private final Limits limits = Limits.standard();
  private final Peer address = new Peer(limits, true, clock.nanoTime());
  private final Peer user = new Peer(limits, false, clock.nanoTime());

  private final class Line {
    private final Allowance allowance = new Allowance(limits, address, true, clock::nanoTime);
    private final FrameMeter meter = new FrameMeter(allowance);
    private @Nullable FrameKind over;

    Line() {
      meter.read(Unpooled.wrappedBuffer(new byte[24]));
    }

    @Nullable FrameKind send(int type, int length) {
      return meter.read(frame(type, length));
    }

    /** Frames of a kind until there is nothing left for one. */
    int flood(int type, int length) {
      int sent = 0;
      while (sent < 1_000_000 && (over = send(type, length)) == null) {
        sent++;
      }
      return sent;
    }
  }

  private static ByteBuf frame(int type, int length) {
    return Unpooled.buffer()
        .writeMedium(length)
        .writeByte(type)
        .writeByte(0)
        .writeInt(1)
        .writeZero(length);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 4, RESET",
    "4, 6, SETTINGS",
    "6, 8, PING",
    "8, 4, WINDOW_UPDATE",
    "0, 0, SMALL_DATA",
    "0, 5, SMALL_DATA",
    "9, 0, CONTINUATION",
    "2, 5, OTHER",
    "200, 0, OTHER",
  })
  void tooManyFramesOfAKindAreTooMany(int type, int length, FrameKind kind) {
    Line line = new Line();
    // Its own, and what the pool of its address holds.
    assertThat(line.flood(type, length)).isBetween(5, 6_000);
    assertThat(line.over).isEqualTo(kind);
  }

  @Test
  void paddingMakesNoDataOfNothing() {
    ByteBuf padded = frame(0, 255).setByte(4, 8);
    assertThat(FrameKind.of(padded.getUnsignedByte(3), padded.getUnsignedByte(4), 255))
        .isEqualTo(FrameKind.SMALL_DATA);
    assertThat(FrameKind.of(0, 1, 255)).as("the end of a stream").isNull();
  }

  @Test
  void callsOfStrangersAreFewAndThoseOfUsersAreNotCounted() {
    Line line = new Line();
    assertThat(line.flood(1, 100)).isBetween(12, 600);
    Line known = new Line();
    known.allowance.grow(user);
    assertThat(known.flood(1, 100)).isEqualTo(1_000_000);
  }

  @Test
  void aRequestHasAFrameAndItsEnd() {
    Line known = new Line();
    known.allowance.grow(user);
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(known.send(1, 100)).isNull();
      assertThat(known.send(0, 20)).isNull();
      assertThat(known.send(0, 0)).isNull();
    }
  }

  @Test
  void whatIsSentMayBeGivenBack() {
    Line known = new Line();
    known.allowance.grow(user);
    for (int i = 0; i < 1_000_000; i++) {
      known.allowance.give(FrameKind.WINDOW_UPDATE, 1);
      assertThat(known.send(8, 4)).isNull();
    }
  }

  @Test
  void aFloodThatReconnectsFindsAnEmptyPool() {
    int first = new Line().flood(3, 4);
    int second = new Line().flood(3, 4);
    assertThat(second).isLessThan(10).isLessThan(first / 5);
    clock.advance(Duration.ofSeconds(20));
    assertThat(new Line().flood(3, 4)).isEqualTo(first);
  }

  @Test
  void aFloodTakesNothingFromTheAllowanceOfOthersWithTheSameToken() {
    Line flooding = new Line();
    flooding.allowance.grow(user);
    Line other = new Line();
    other.allowance.grow(user);
    assertThat(flooding.flood(3, 4)).isGreaterThan(2_000);
    for (int i = 0; i < 50; i++) {
      assertThat(other.send(3, 4)).isNull();
    }
  }

  @Test
  void anAllowanceComesBackSlowly() {
    Line line = new Line();
    line.flood(4, 0);
    clock.advance(Duration.ofSeconds(1));
    new Line().flood(4, 0); // Whatever the pool has got back.
    assertThat(line.send(4, 0)).isEqualTo(FrameKind.SETTINGS);
    clock.advance(Duration.ofSeconds(10));
    assertThat(line.send(4, 0)).isNull();
  }

  @Test
  void theNetworkMayCutAnywhere() {
    List<Integer> counts = new ArrayList<>();
    for (int piece = 1; piece < 40; piece++) {
      clock.advance(Duration.ofMinutes(5));
      Line line = new Line();
      ByteBuf stream = Unpooled.buffer();
      for (int i = 0; i < 400; i++) {
        stream.writeBytes(frame(4, 6)).writeBytes(frame(0, 100));
      }
      int read = 0;
      while (stream.isReadable()
          && line.meter.read(stream.readSlice(Math.min(piece, stream.readableBytes()))) == null) {
        read++;
      }
      counts.add(read * piece / 124);
    }
    assertThat(counts).allSatisfy(count -> assertThat(count).isBetween(20, 30));
  }

  @Test
  void aGreetingIsPrefaceAndSettings() {
    FrameMeter meter = new FrameMeter(new Allowance(limits, address, true, clock::nanoTime));
    meter.read(Unpooled.wrappedBuffer(new byte[23]));
    assertThat(meter.greeted()).isFalse();
    meter.read(Unpooled.wrappedBuffer(new byte[1]));
    assertThat(meter.greeted()).isFalse();
    meter.read(frame(4, 0));
    assertThat(meter.greeted()).isTrue();
  }
}
