package dev.capstan.ctl.cluster;

import dev.capstan.ctl.text.Escapes;
import dev.capstan.seam.Clock;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.PrintStream;
import java.util.Locale;

/**
 * What -v shows of the calls, on standard error: from 6 on each call with its result and time, from
 * 8 on also what is sent and what comes back, cut; from 9 on uncut. Never the token, and nothing of
 * Secrets.
 */
final class CallLog implements ClientInterceptor {

  static final int CALLS = 6;
  private static final int MESSAGES = 8;
  private static final int WHOLE = 9;
  private static final int CUT = 1024;

  private final PrintStream err;
  private final Clock clock;
  private final long level;

  CallLog(PrintStream err, Clock clock, long level) {
    this.err = err;
    this.clock = clock;
    this.level = level;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    String name = method.getFullMethodName();
    boolean secret = name.contains(".Secrets/");
    long began = clock.nanoTime();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(new Answers<>(listener, name, secret, began), headers);
      }

      @Override
      public void sendMessage(Q message) {
        show(name, "sends", message, secret);
        super.sendMessage(message);
      }
    };
  }

  private void show(String name, String what, Object message, boolean secret) {
    if (level < MESSAGES) {
      return;
    }
    String text = secret ? "(not shown: a Secret)" : Escapes.line(message.toString());
    boolean cut = level < WHOLE && text.length() > CUT;
    line(name + " " + what + " " + (cut ? text.substring(0, CUT) + " [cut]" : text));
  }

  private void line(String text) {
    err.println(text);
    err.flush();
  }

  private final class Answers<R> extends SimpleForwardingClientCallListener<R> {
    private final String name;
    private final boolean secret;
    private final long began;

    Answers(ClientCall.Listener<R> delegate, String name, boolean secret, long began) {
      super(delegate);
      this.name = name;
      this.secret = secret;
      this.began = began;
    }

    @Override
    public void onMessage(R message) {
      show(name, "answers", message, secret);
      super.onMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      double millis = (clock.nanoTime() - began) / 1e6;
      line(String.format(Locale.ROOT, "%s %s in %.1f ms", name, status.getCode(), millis));
      super.onClose(status, trailers);
    }
  }
}
