package dev.muster.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.RaftConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterMembersTest {

  private static RaftConfig read(String name, String members, String bindAddress) {
    return ClusterMembers.raftConfig(new Config(name, members, bindAddress));
  }

  @Test
  void withoutMembersANodeIsAClusterOfItsOwn() {
    for (String none : new String[] {null, "", "  "}) {
      RaftConfig config = read("n1", none, null);
      assertEquals(List.of("n1"), config.members());
      assertEquals(List.of(), config.initialHosts());
      assertEquals(Path.of("somewhere", "raft"), config.directory());
      assertEquals(1_000_000, config.snapshotLogBytes());
    }
  }

  @Test
  void membersAreReadAndTheOwnAddressIsTheOneToListenOn() {
    RaftConfig config = read("b", "a@one:1, b@10.0.0.2:65535 ,c@three.example:7", null);
    assertEquals(List.of("a", "b", "c"), config.members());
    assertEquals("10.0.0.2", config.bindAddress());
    assertEquals(65_535, config.port());
    assertEquals(List.of("one:1", "10.0.0.2:65535", "three.example:7"), config.initialHosts());
    assertEquals("0.0.0.0", read("b", "a@one:1,b@two:2,c@three:3", "0.0.0.0").bindAddress());
  }

  @Test
  void anAddressOfIpV6LosesItsBrackets() {
    RaftConfig config = read("a", "a@[::1]:7800,b@[::1]:7801,c@[::1]:7802", null);
    assertEquals("::1", config.bindAddress());
    assertEquals(List.of("::1:7800", "::1:7801", "::1:7802"), config.initialHosts());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a | a@h:1,,c@h:3        | name@host:port
          a | a@h:1,b:2           | name@host:port
          a | a@h:1,b@h           | name@host:port
          a | a@h:1,b@h:x         | name@host:port
          a | a@h:1,b@h:-2        | name@host:port
          a | a@h:1,b/c@h:2       | name@host:port
          a | a@h:1,b@h:0         | 1 to 65535
          a | a@h:1,b@h:65536     | 1 to 65535
          a | a@h:1,b@h:1         | same host and port
          a | a@h:1,a@h:2,b@h:3   | distinct
          d | a@h:1,b@h:2         | does not name this node, 'd'
          a b |                   | A-Z a-z 0-9
          a | a@h:1,b@h:2,c@h:3,d@h:4,e@h:5,f@h:6,g@h:7,i@h:8 | 1 to 7
          """)
  void whatIsWrongIsSaid(String name, String members, String said) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> read(name, members, null));
    assertTrue(refused.getMessage().contains(said), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.099S", "PT5M0.001S", "PT2562047788015215H"})
  void timeoutsOutOfBoundsAreRefused(Duration timeout) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> ClusterMembers.raftConfig(new Config("n1", null, null, timeout)));
    assertTrue(refused.getMessage().contains("muster.request.timeout"), refused.getMessage());
  }

  private record Config(String name, String members, String bindAddress, Duration timeout)
      implements MusterConfig {
    Config(String name, String members, String bindAddress) {
      this(name, members, bindAddress, Duration.ofSeconds(5));
    }

    @Override
    public Checks checks() {
      return Optional::empty;
    }

    @Override
    public Dns dns() {
      throw new AssertionError("members have nothing to do with DNS");
    }

    @Override
    public Node node() {
      return () -> name;
    }

    @Override
    public Data data() {
      return new Data() {
        @Override
        public Path dir() {
          return Path.of("somewhere");
        }

        @Override
        public long snapshotLogBytes() {
          return 1_000_000;
        }
      };
    }

    @Override
    public Cluster cluster() {
      return new Cluster() {
        @Override
        public Optional<String> members() {
          return Optional.ofNullable(members);
        }

        @Override
        public Optional<String> bindAddress() {
          return Optional.ofNullable(bindAddress);
        }
      };
    }

    @Override
    public Request request() {
      return () -> timeout;
    }
  }
}
