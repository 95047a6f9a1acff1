package dev.capstan.e2e.seam;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The JDK takes the digits of every script for digits, so that one number has many spellings. Who
 * reads numbers reads them with {@code dev.capstan.api.Numbers}.
 */
class DigitsGuardTest {

  private static final Set<String> NUMBERS =
      Set.of("java.lang.Integer", "java.lang.Long", "java.lang.Short", "java.lang.Double");
  private static final Set<String> CHARACTERS = Set.of("isDigit", "digit");

  /** Who reads text that cannot hold other digits, and has no {@code Numbers} in reach. */
  private static final List<String> ALLOWED =
      List.of(
          "dev.capstan.api.Numbers",
          "dev.capstan.kvstore.Lane", // its own marker
          "dev.capstan.kvstore.etcd.EtcdVersion"); // digits by its pattern

  @Test
  void numbersAreReadInAsciiDigits() {
    Set<String> findings = new TreeSet<>();
    Set<String> used = new TreeSet<>();
    for (JavaClass each : ProductionClasses.ALL) {
      boolean bench = each.getPackageName().startsWith("dev.capstan.e2e");
      boolean allowed = ALLOWED.contains(each.getName());
      calls(each)
          .filter(call -> !bench)
          .forEach(call -> (allowed ? used : findings).add(each.getName() + " calls " + call));
    }
    assertThat(findings).isEmpty();
    assertThat(ALLOWED)
        .allMatch(name -> used.stream().anyMatch(call -> call.startsWith(name + " ")));
  }

  @Test
  void theRuleCatchesWhatItForbids() {
    assertThat(calls(new ClassFileImporter().importClass(Offender.class)))
        .containsExactlyInAnyOrder(
            "Integer.parseInt", "Long.valueOf", "Long.parseLong", "Character.isDigit");
  }

  private static Stream<String> calls(JavaClass type) {
    return Stream.concat(
            type.getCodeUnitCallsFromSelf().stream(), type.getCodeUnitReferencesFromSelf().stream())
        .map(JavaCodeUnitAccess::getTarget)
        .filter(DigitsGuardTest::readsDigits)
        .map(target -> target.getOwner().getSimpleName() + "." + target.getName());
  }

  private static boolean readsDigits(CodeUnitAccessTarget target) {
    String owner = target.getOwner().getName();
    if (owner.equals("java.lang.Character")) {
      return CHARACTERS.contains(target.getName());
    }
    boolean text =
        target.getRawParameterTypes().stream()
            .findFirst()
            .filter(first -> first.isAssignableTo(CharSequence.class))
            .isPresent();
    return NUMBERS.contains(owner) && text && target.getName().matches("parse.*|valueOf|decode");
  }

  @SuppressWarnings("unused") // Only its bytecode is looked at.
  private static final class Offender {
    Object offend(String text) {
      java.util.function.Function<String, Long> reference = Long::parseLong;
      return List.of(
          Integer.parseInt(text),
          Long.valueOf(text),
          Long.valueOf(7L),
          reference,
          Character.isDigit('7'));
    }
  }
}
