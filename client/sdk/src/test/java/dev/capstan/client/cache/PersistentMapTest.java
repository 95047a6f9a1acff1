package dev.capstan.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PersistentMapTest {

  /** Odd numbers put, even ones remove. */
  @Property(tries = 300)
  void behavesAsATreeMapAndKeepsItsOldVersions(
      @ForAll @Size(max = 200) List<@IntRange(max = 120) Integer> operations) {
    PersistentMap<Integer, String> map = PersistentMap.empty();
    TreeMap<Integer, String> model = new TreeMap<>();
    List<PersistentMap<Integer, String>> versions = new ArrayList<>();
    List<List<String>> expected = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      int key = operations.get(i) / 2;
      if (operations.get(i) % 2 == 1) {
        map = map.with(key, "v" + i);
        model.put(key, "v" + i);
      } else {
        map = map.without(key);
        model.remove(key);
      }
      versions.add(map);
      expected.add(List.copyOf(model.values()));
      assertThat(map.get(key)).isEqualTo(model.get(key));
      assertThat(map.size()).isEqualTo(model.size());
    }
    for (int i = 0; i < versions.size(); i++) {
      assertThat(versions.get(i).values()).isEqualTo(expected.get(i));
    }
    assertThat(map.range(k -> k < 10 ? -1 : k > 20 ? 1 : 0))
        .containsExactlyElementsOf(model.subMap(10, true, 20, true).values());
  }
}
