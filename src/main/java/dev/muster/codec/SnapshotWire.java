package dev.muster.codec;

import static dev.muster.codec.CoreWire.ATTRIBUTES;
import static dev.muster.codec.CoreWire.FEATURE;
import static dev.muster.codec.CoreWire.SESSION_ID;
import static dev.muster.codec.CoreWire.STAT;
import static dev.muster.codec.Wire.BYTES;
import static dev.muster.codec.Wire.FIXED;
import static dev.muster.codec.Wire.INT;
import static dev.muster.codec.Wire.LONG;
import static dev.muster.codec.Wire.TEXT;
import static dev.muster.codec.Wire.list;
import static dev.muster.codec.Wire.record;

import dev.muster.core.Bytes;
import dev.muster.core.Feature;
import dev.muster.core.Node;
import dev.muster.core.Proposer;
import dev.muster.core.Session;
import dev.muster.core.Settings;
import dev.muster.core.Stat;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.pcollections.PSortedMap;
import org.pcollections.TreePSet;
import org.pcollections.TreePVector;

/**
 * What a snapshot holds, item by item: a {@link #HEAD}, a count and as many {@link #SESSION}s, a
 * count and as many {@link #PROPOSER}s, both in the order of their keys, then a {@link #LEAF} for
 * each node of the tree, parents first and children in the order of their names.
 *
 * <p>What follows from the tree is not written: the sums over subtrees, the perishable paths, what
 * the sessions own. So a snapshot is smaller, cannot contradict itself.
 */
final class SnapshotWire {
  private SnapshotWire() {}

  /** All of a state but its large parts. */
  record Head(long applied, long revision, long timeMillis, long chain, Settings settings) {
    static Head of(State state) {
      return new Head(
          state.applied(), state.revision(), state.timeMillis(), state.chain(), state.settings());
    }
  }

  /** A proposer and its name. */
  record Named(String name, Proposer proposer) {}

  /** One node, without its children, which follow. */
  record Leaf(
      String name, Bytes data, PSortedMap<String, String> attributes, Stat stat, int children) {
    static Leaf of(String name, Node node) {
      return new Leaf(name, node.data(), node.attributes(), node.stat(), node.children().size());
    }
  }

  static final Wire<Settings> SETTINGS =
      record(
          (features, budget) -> new Settings(TreePSet.from(features), budget),
          list(FEATURE).from(SnapshotWire::featuresByNumber),
          LONG.from(Settings::dataBudgetBytes));

  static final Wire<Head> HEAD =
      record(
          Head::new,
          LONG.from(Head::applied),
          LONG.from(Head::revision),
          LONG.from(Head::timeMillis),
          FIXED.from(Head::chain),
          SETTINGS.from(Head::settings));

  /** Without what the session owns: that is found in the tree. */
  static final Wire<Session> SESSION =
      record(
          (id, ttlMillis, owner, secret, openedMillis) ->
              new Session(id, ttlMillis, owner, secret, openedMillis, TreePSet.empty()),
          SESSION_ID.from(Session::id),
          LONG.from(Session::ttlMillis),
          TEXT.from(Session::owner),
          BYTES.from(Session::secret),
          LONG.from(Session::openedMillis));

  static final Wire<Proposer.Answers> ANSWERS =
      record(
          Proposer.Answers::new,
          LONG.from(Proposer.Answers::sequence),
          list(ReplyWire.REPLY).from(Proposer.Answers::replies));

  static final Wire<Named> PROPOSER =
      record(
          (name, incarnation, sequence, answers) ->
              new Named(name, new Proposer(incarnation, sequence, TreePVector.from(answers))),
          TEXT.from(Named::name),
          LONG.from(named -> named.proposer().incarnation()),
          LONG.from(named -> named.proposer().sequence()),
          list(ANSWERS).from(named -> named.proposer().answers()));

  static final Wire<Leaf> LEAF =
      record(
          Leaf::new,
          TEXT.from(Leaf::name),
          BYTES.from(Leaf::data),
          ATTRIBUTES.from(Leaf::attributes),
          STAT.from(Leaf::stat),
          INT.from(Leaf::children));

  /** By what stays the same when constants are sorted anew. */
  private static List<Feature> featuresByNumber(Settings settings) {
    List<Feature> features = new ArrayList<>(settings.features());
    features.sort(Comparator.comparingInt(Feature::number));
    return features;
  }
}
