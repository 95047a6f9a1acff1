package dev.capstan.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TreeTest {

  @Test
  void itIsASortedMapWhateverIsPutAndRemoved() {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      Tree<Integer> tree = Tree.empty();
      TreeMap<String, Integer> model = new TreeMap<>();
      for (int i = 0; i < 2_000; i++) {
        String key = "%s/%03d".formatted((char) ('a' + random.nextInt(3)), random.nextInt(200));
        if (random.nextInt(3) == 0) {
          tree = tree.remove(key);
          model.remove(key);
        } else {
          tree = tree.put(key, i);
          model.put(key, i);
        }
      }
      assertThat(values(tree, "", "")).isEqualTo(List.copyOf(model.values()));
      assertThat(tree.size()).isEqualTo(model.size());
      for (String prefix : List.of("", "a/", "b/", "b/1", "c/", "d", "b")) {
        var under = model.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
        assertThat(values(tree, prefix, "")).isEqualTo(List.copyOf(under.values()));
        assertThat(tree.count(prefix)).isEqualTo(under.size());
        assertThat(values(tree, prefix, "b/100"))
            .isEqualTo(
                under.entrySet().stream()
                    .filter(e -> e.getKey().compareTo("b/100") > 0)
                    .map(Map.Entry::getValue)
                    .toList());
      }
      for (String key : List.of("a/000", "b/123", "zz")) {
        assertThat(tree.get(key)).isEqualTo(model.get(key));
      }
    }
  }

  @Test
  void whatAReaderHoldsDoesNotChange() {
    Tree<Integer> before = Tree.<Integer>empty().put("a", 1).put("b", 2);
    Tree<Integer> after = before.put("a", 9).remove("b").put("c", 3);
    assertThat(values(before, "", "")).containsExactly(1, 2);
    assertThat(values(after, "", "")).containsExactly(9, 3);
  }

  @Test
  void itStaysFlatWhenKeysComeInOrder() {
    Tree<Integer> tree = Tree.empty();
    for (int i = 0; i < 100_000; i++) {
      tree = tree.put("%06d".formatted(i), i);
    }
    assertThat(tree.height()).isLessThan(25); // 1.44 log2 n at most
    assertThat(tree.get("077777")).isEqualTo(77_777);
  }

  private static List<Integer> values(Tree<Integer> tree, String prefix, String after) {
    List<Integer> values = new ArrayList<>();
    tree.under(prefix, after).forEach(values::add);
    return values;
  }
}
