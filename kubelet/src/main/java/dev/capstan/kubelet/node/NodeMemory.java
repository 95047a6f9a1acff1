package dev.capstan.kubelet.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** Where a kubelet keeps what it remembers of itself. */
public interface NodeMemory {

  /** What was last remembered; {@link NodeState#NONE} at first. */
  NodeState read() throws IOException;

  /** Remembers it whole, or fails and still remembers what was before. */
  void write(NodeState state) throws IOException;

  /** What makes a node forget what it was, and its containers with that, for messages. */
  String cleanUp();

  /** In a data folder: outlives the process. */
  static NodeMemory inFolder(Path data) {
    return new NodeMemory() {
      @Override
      public NodeState read() throws IOException {
        return NodeState.read(data);
      }

      @Override
      public void write(NodeState state) throws IOException {
        state.write(data);
      }

      @Override
      public String cleanUp() {
        return "capstan-kubelet --cleanup --data " + data;
      }
    };
  }

  /** In this process: for nodes whose engine does not outlive it either. */
  static NodeMemory ofProcess() {
    AtomicReference<NodeState> state = new AtomicReference<>(NodeState.NONE);
    return new NodeMemory() {
      @Override
      public NodeState read() {
        return state.get();
      }

      @Override
      public void write(NodeState now) {
        state.set(now);
      }

      @Override
      public String cleanUp() {
        return "a restart of this process";
      }
    };
  }
}
