package dev.capstan.client.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Indexes and tallies against a plain map that is looked through. */
class KindCacheTest {

  private static final Index<ConfigMap> BY_WORD =
      new Index<>(ObjectType.CONFIG_MAP, "word", map -> List.of(words(map)));

  private record Count(int objects, int length) implements Sum<Count> {
    static final Count NONE = new Count(0, 0);

    static Count of(ConfigMap map) {
      return new Count(1, map.getDataOrDefault("text", "").length());
    }

    @Override
    public Count plus(Count other) {
      return new Count(objects + other.objects, length + other.length);
    }

    @Override
    public Count minus(Count other) {
      return new Count(objects - other.objects, length - other.length);
    }
  }

  private static final Tally<ConfigMap, Count> LENGTHS =
      new Tally<>(BY_WORD, "lengths", Count.NONE, Count::of);

  /** Counts nothing of the objects themselves, so that an empty text is zero. */
  private static final Tally<ConfigMap, Count> BARE_LENGTHS =
      new Tally<>(BY_WORD, "bare lengths", Count.NONE, map -> new Count(0, Count.of(map).length()));

  private static String[] words(ConfigMap map) {
    String text = map.getDataOrDefault("text", "");
    return text.isEmpty() ? new String[0] : text.split(" ", -1);
  }

  private static ConfigMap map(ObjectKey key, String text) {
    return ConfigMap.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setNamespace(key.namespace()).setName(key.name()))
        .putData("text", text)
        .build();
  }

  /**
   * An object is given a text or, without one, removed.
   *
   * @param words empty for no words
   */
  record Step(ObjectKey key, boolean removed, List<String> words) {}

  @Provide
  static Arbitrary<List<Step>> steps() {
    Arbitrary<ObjectKey> keys =
        Combinators.combine(
                Arbitraries.of("", "a", "ab", "b"), Arbitraries.of("p", "p-1", "p-10", "q"))
            .as(ObjectKey::new);
    Arbitrary<List<String>> words = Arbitraries.of("x", "y", "z", "zz").list().ofMaxSize(3);
    return Combinators.combine(keys, Arbitraries.of(false, false, true), words)
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 300)
  void everySnapshotAnswersAsIfItLookedThroughItsObjects(@ForAll("steps") List<Step> steps) {
    KindCache<ConfigMap> cache =
        KindCache.empty(ObjectType.CONFIG_MAP, List.of(BY_WORD), List.of(LENGTHS, BARE_LENGTHS));
    Map<ObjectKey, ConfigMap> model = new TreeMap<>();
    List<KindCache<ConfigMap>> caches = new ArrayList<>();
    List<Map<ObjectKey, ConfigMap>> models = new ArrayList<>();
    for (Step step : steps) {
      ConfigMap after = step.removed() ? null : map(step.key(), String.join(" ", step.words()));
      cache = cache.changed(step.key(), cache.get(step.key()), after);
      if (after == null) {
        model.remove(step.key());
      } else {
        model.put(step.key(), after);
      }
      caches.add(cache);
      models.add(new TreeMap<>(model));
    }
    for (int i = 0; i < caches.size(); i++) {
      assertSame(caches.get(i), models.get(i));
    }
  }

  private static void assertSame(KindCache<ConfigMap> cache, Map<ObjectKey, ConfigMap> model) {
    assertThat(cache.all()).containsExactlyElementsOf(model.values());
    assertThat(cache.size()).isEqualTo(model.size());
    assertThat(cache.inNamespace("a"))
        .containsExactlyElementsOf(
            model.values().stream()
                .filter(map -> map.getMetadata().getNamespace().equals("a"))
                .toList());
    for (String word : List.of("x", "y", "z", "zz", "never")) {
      List<ConfigMap> found =
          model.values().stream().filter(map -> List.of(words(map)).contains(word)).toList();
      assertThat(cache.by(BY_WORD, word)).containsExactlyElementsOf(found);
      Count count = found.stream().map(Count::of).reduce(Count.NONE, Count::plus);
      assertThat(cache.sum(LENGTHS, word)).isEqualTo(count);
      assertThat(cache.sum(BARE_LENGTHS, word)).isEqualTo(new Count(0, count.length()));
    }
  }

  @Test
  void whatAnObjectDoesNotSayAnyMoreIsForgotten() {
    ObjectKey key = new ObjectKey("a", "p");
    KindCache<ConfigMap> empty =
        KindCache.empty(ObjectType.CONFIG_MAP, List.of(BY_WORD), List.of(LENGTHS));
    KindCache<ConfigMap> full = empty.with(map(key, "x y")).with(map(key, "y z"));
    assertThat(full.by(BY_WORD, "x")).isEmpty();
    assertThat(full.sum(LENGTHS, "x")).isEqualTo(Count.NONE);
    assertThat(full.cleared().by(BY_WORD, "y")).isEmpty();
    assertThat(full.cleared().sum(LENGTHS, "y")).isEqualTo(Count.NONE);
    assertThat(full.cleared().with(map(key, "y")).sum(LENGTHS, "y")).isEqualTo(new Count(1, 1));
  }

  @Test
  void whatWasNotAskedForIsRefused() {
    assertThatThrownBy(() -> KindCache.empty(ObjectType.CONFIG_MAP, List.of(), List.of(LENGTHS)))
        .hasMessageContaining("lengths of ConfigMap by word");
    KindCache<ConfigMap> bare =
        KindCache.empty(ObjectType.CONFIG_MAP, List.of(BY_WORD), List.of(LENGTHS));
    assertThatThrownBy(() -> bare.sum(BARE_LENGTHS, "x")).hasMessageContaining("bare lengths");
    Index<ConfigMap> other = Indexes.byUid(ObjectType.CONFIG_MAP);
    assertThatThrownBy(() -> bare.by(other, "x")).hasMessageContaining("ConfigMap by uid");
  }
}
