package dev.capstan.client;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListMeta;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.api.v1.WatchRequest;
import dev.capstan.api.v1.WriteOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The methods of a kind's own service, for any kind: the generated requests and responses of all
 * kinds share their field numbers, so one description serves them all.
 */
record Methods<T extends Message>(
    MethodDescriptor<GetRequest, T> get,
    MethodDescriptor<ListRequest, Listed<T>> list,
    MethodDescriptor<Write<T>, T> create,
    MethodDescriptor<Write<T>, T> update,
    MethodDescriptor<Write<T>, T> updateStatus,
    MethodDescriptor<PatchRequest, T> patch,
    MethodDescriptor<DeleteRequest, T> delete,
    MethodDescriptor<WatchRequest, WatchFrame> watch) {

  /** Write&lt;Kind&gt;Request. */
  record Write<T extends Message>(T object, WriteOptions options) {}

  /** &lt;Kind&gt;List. */
  record Listed<T extends Message>(ListMeta metadata, List<T> items) {}

  static <T extends Message> Methods<T> of(ObjectType<T> type) {
    MethodDescriptor.Marshaller<T> object = ProtoUtils.marshaller(type.prototype());
    MethodDescriptor.Marshaller<Write<T>> write = new WriteMarshaller<>();
    String service = type.service();
    return new Methods<>(
        unary(service, "Get", ProtoUtils.marshaller(GetRequest.getDefaultInstance()), object),
        unary(
            service,
            "List",
            ProtoUtils.marshaller(ListRequest.getDefaultInstance()),
            new ListMarshaller<>(type)),
        unary(service, "Create", write, object),
        unary(service, "Update", write, object),
        unary(service, "UpdateStatus", write, object),
        unary(service, "Patch", ProtoUtils.marshaller(PatchRequest.getDefaultInstance()), object),
        unary(service, "Delete", ProtoUtils.marshaller(DeleteRequest.getDefaultInstance()), object),
        describe(
            MethodDescriptor.MethodType.SERVER_STREAMING,
            service,
            "Watch",
            ProtoUtils.marshaller(WatchRequest.getDefaultInstance()),
            ProtoUtils.marshaller(WatchFrame.getDefaultInstance())));
  }

  private static <Q, R> MethodDescriptor<Q, R> unary(
      String service,
      String name,
      MethodDescriptor.Marshaller<Q> request,
      MethodDescriptor.Marshaller<R> response) {
    return describe(MethodDescriptor.MethodType.UNARY, service, name, request, response);
  }

  private static <Q, R> MethodDescriptor<Q, R> describe(
      MethodDescriptor.MethodType type,
      String service,
      String name,
      MethodDescriptor.Marshaller<Q> request,
      MethodDescriptor.Marshaller<R> response) {
    return MethodDescriptor.newBuilder(request, response)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .build();
  }

  private static final class WriteMarshaller<T extends Message>
      implements MethodDescriptor.Marshaller<Write<T>> {
    @Override
    public InputStream stream(Write<T> value) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      try {
        out.writeMessage(1, value.object());
        out.writeMessage(2, value.options());
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e); // Memory does not fail.
      }
      return new ByteArrayInputStream(bytes.toByteArray());
    }

    @Override
    public Write<T> parse(InputStream stream) {
      throw new UnsupportedOperationException("requests are not read by clients");
    }
  }

  private static final class ListMarshaller<T extends Message>
      implements MethodDescriptor.Marshaller<Listed<T>> {
    private final ObjectType<T> type;

    ListMarshaller(ObjectType<T> type) {
      this.type = type;
    }

    @Override
    public InputStream stream(Listed<T> value) {
      throw new UnsupportedOperationException("responses are not written by clients");
    }

    @Override
    public Listed<T> parse(InputStream stream) {
      ListMeta meta = ListMeta.getDefaultInstance();
      List<T> items = new ArrayList<>();
      try {
        CodedInputStream in = CodedInputStream.newInstance(stream);
        in.setSizeLimit(Integer.MAX_VALUE);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (tag >>> 3) {
            case 1 -> meta = ListMeta.parseFrom(in.readByteBuffer());
            case 2 -> items.add(type.parser().parseFrom(in.readBytes()));
            default -> in.skipField(tag);
          }
        }
      } catch (IOException e) {
        throw Status.INTERNAL
            .withDescription("the server's list is not a " + type + "List")
            .withCause(e)
            .asRuntimeException();
      }
      return new Listed<>(meta, List.copyOf(items));
    }
  }
}
