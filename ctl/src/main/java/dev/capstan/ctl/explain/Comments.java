package dev.capstan.ctl.explain;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The comments of messages and fields, by full name, e.g. {@code capstan.v1.PodSpec.containers}.
 */
final class Comments {

  /** The descriptor set that the build of proto/ puts into its jar, with comments. */
  private static final String RESOURCE = "/capstan.protobin";

  private final Map<String, String> byName = new HashMap<>();

  private Comments() {}

  /** Reads those of the API. */
  static Comments ofApi() {
    try (InputStream in = Comments.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      Comments comments = new Comments();
      FileDescriptorSet.parseFrom(in).getFileList().forEach(comments::add);
      return comments;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its comment on one line for each paragraph; empty if it has none. */
  String of(GenericDescriptor described) {
    return byName.getOrDefault(described.getFullName(), "");
  }

  private void add(FileDescriptorProto file) {
    for (SourceCodeInfo.Location location : file.getSourceCodeInfo().getLocationList()) {
      if (location.hasLeadingComments()) {
        String name = name(file, location.getPathList());
        if (!name.isEmpty()) {
          byName.put(file.getPackage() + "." + name, paragraphs(location.getLeadingComments()));
        }
      }
    }
  }

  /** The message, or message and field, at a path of the file; empty for anything else. */
  private static String name(FileDescriptorProto file, List<Integer> path) {
    if (path.size() < 2 || path.getFirst() != FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER) {
      return "";
    }
    DescriptorProto message = file.getMessageType(path.get(1));
    if (path.size() == 2) {
      return message.getName();
    }
    return path.size() == 4 && path.get(2) == DescriptorProto.FIELD_FIELD_NUMBER
        ? message.getName() + "." + message.getField(path.get(3)).getName()
        : "";
  }

  private static String paragraphs(String comment) {
    return comment
        .strip()
        .replaceAll("[ \\t]*\\n[ \\t]*\\n\\s*", "\u0000")
        .replaceAll("\\s*\\n\\s*", " ")
        .replace('\u0000', '\n');
  }
}
