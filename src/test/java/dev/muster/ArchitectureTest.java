package dev.muster;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.muster.core.State;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom. A package that does not exist yet is guarded from its first class on. */
class ArchitectureTest {
  private static final Set<String> SERVICES =
      Set.of("config", "discovery", "coordination", "access", "tree");

  /** Each package of ours and which others it may import; its own parts it always may. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("core", Set.of()),
          Map.entry("codec", Set.of("core")),
          Map.entry("watch", Set.of("core")),
          Map.entry("format", Set.of()),
          Map.entry("selector", Set.of()),
          Map.entry("ledger", Set.of("core", "watch")),
          Map.entry("raft", Set.of("ledger", "codec", "watch", "core")),
          Map.entry("duty", Set.of("ledger", "watch", "core")),
          Map.entry("config", service()),
          Map.entry("discovery", service()),
          Map.entry("coordination", service()),
          Map.entry("access", service()),
          Map.entry("tree", service()),
          Map.entry("subscriber", Set.of("ledger", "watch", "core")),
          // codec for the digest of a state, which operators compare between nodes
          Map.entry("door", with(service(), "codec", "subscriber")),
          // What probes find out is of discovery; the network is theirs alone.
          Map.entry("probe", Set.of("discovery", "core")),
          Map.entry("observe", Set.of("ledger", "watch", "core", "raft", "duty", "discovery")),
          Map.entry(
              "boot", with(service(), "codec", "raft", "door", "observe", "probe", "subscriber")));

  /** Heartbeats are heard by services and never enter the log: that is what they want of duty. */
  private static Set<String> service() {
    return with(SERVICES, "ledger", "watch", "core", "duty", "format", "selector");
  }

  private static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(Arrays.asList(more));
    return all;
  }

  /** What this build compiled, tests and libraries left out. */
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .importUrl(State.class.getProtectionDomain().getCodeSource().getLocation());

  static Stream<String> packages() {
    return ARROWS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void importsOnlyWhatItMay(String name) {
    String[] allowed =
        Stream.concat(Stream.of(name), ARROWS.get(name).stream())
            .map(ArchitectureTest::in)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(in(name))
        .should()
        .dependOnClassesThat(resideInAPackage("dev.muster..").and(not(resideInAnyPackage(allowed))))
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void everyPackageHasItsArrows() {
    Set<String> unknown = new TreeSet<>();
    MAIN.stream()
        .map(type -> type.getPackageName())
        .filter(name -> name.startsWith("dev.muster."))
        .map(name -> name.substring("dev.muster.".length()).replaceAll("\\..*", ""))
        .forEach(unknown::add);
    unknown.removeAll(ARROWS.keySet());
    assertEquals(Set.of(), unknown, "name what they may import in ARROWS");
  }

  @Test
  void noCycles() {
    slices()
        .matching("dev.muster.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void noDoorKnowsAnother() {
    slices()
        .matching("dev.muster.door.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void onlyRaftKnowsJGroups() {
    noClasses()
        .that()
        .resideOutsideOfPackages(in("raft"), "org.jgroups.protocols.raft..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.jgroups..")
        .check(MAIN);
  }

  /** Our parts that must sit in JGroups' package know of us only what they drive. */
  @Test
  void thePartsInsideJGroupsKnowOnlyRaft() {
    noClasses()
        .that()
        .resideInAPackage("org.jgroups..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.muster..").and(not(resideInAPackage(in("raft")))))
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void coreIsJavaAndPersistentCollections() {
    classes()
        .that()
        .resideInAPackage(in("core"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            in("core"),
            "java.lang..",
            "java.util",
            "java.util.function",
            "java.util.stream",
            "java.util.zip",
            "java.nio.charset",
            "org.pcollections",
            "org.jspecify.annotations")
        .check(MAIN);
  }

  /** What two replicas, or two runs, would answer differently. */
  @Test
  void coreHasNoClockNoChanceNoLocaleAndNoUnorderedCollection() {
    noClasses()
        .that()
        .resideInAPackage(in("core"))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "identityHashCode", Object.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(Locale.class, "getDefault")
        .orShould()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "formatted", Object[].class)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .orShould()
        .callMethodWhere(
            // their order is another one in each process
            targetOwner(Set.class, Map.class).and(target(nameMatching("of|ofEntries|copyOf"))))
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            HashMap.class,
            HashSet.class,
            IdentityHashMap.class,
            Random.class,
            UUID.class,
            Date.class,
            Thread.class)
        .check(MAIN);
  }

  private static DescribedPredicate<JavaMethodCall> targetOwner(Class<?>... owners) {
    return DescribedPredicate.describe(
        "owned by " + Arrays.toString(owners),
        call ->
            Arrays.stream(owners).anyMatch(owner -> call.getTargetOwner().isEquivalentTo(owner)));
  }

  private static String in(String name) {
    return "dev.muster." + name + "..";
  }
}
