package dev.muster.codec;

import static dev.muster.codec.Wire.FIXED;
import static dev.muster.codec.Wire.LONG;
import static dev.muster.codec.Wire.TEXT;
import static dev.muster.codec.Wire.constant;
import static dev.muster.codec.Wire.enumeration;
import static dev.muster.codec.Wire.oneOf;
import static dev.muster.codec.Wire.record;
import static dev.muster.codec.Wire.row;
import static dev.muster.codec.Wire.sortedMap;

import dev.muster.core.Feature;
import dev.muster.core.InvalidPathException;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.core.Stat;
import org.pcollections.PSortedMap;

/** What commands, replies and snapshots have in common. */
final class CoreWire {
  private CoreWire() {}

  static final Wire<Path> PATH =
      Wire.of(
          (out, path) -> out.text(path.toString()),
          in -> {
            try {
              return Path.trusted(in.text());
            } catch (InvalidPathException invalid) {
              throw in.damaged(String.valueOf(invalid.getMessage()), invalid);
            }
          });

  static final Wire<PSortedMap<String, String>> ATTRIBUTES = sortedMap(TEXT, TEXT);

  static final Wire<Long> SESSION_ID = FIXED;

  static final Wire<Feature> FEATURE = enumeration("feature", Feature.values(), Feature::number);

  static final OneOf<Life> LIFE =
      oneOf(
          "life",
          Life.class,
          row(1, Life.Persistent.class, constant(new Life.Persistent())),
          row(2, Life.Container.class, constant(new Life.Container())),
          row(3, Life.Ttl.class, record(Life.Ttl::new, LONG.from(Life.Ttl::ttlMillis))),
          row(
              4,
              Life.Ephemeral.class,
              record(Life.Ephemeral::new, SESSION_ID.from(Life.Ephemeral::session))));

  /**
   * Revisions and times as differences from those of the creation, which most nodes never leave:
   * one byte each instead of up to six.
   */
  static final Wire<Stat> STAT = Wire.of(CoreWire::writeStat, CoreWire::readStat);

  private static void writeStat(Output out, Stat stat) {
    long revision = stat.createdRevision();
    long millis = stat.createdMillis();
    out.zigzag(revision);
    out.zigzag(millis);
    out.zigzag(stat.modifiedRevision() - revision);
    out.zigzag(stat.modifiedMillis() - millis);
    out.zigzag(stat.childrenRevision() - revision);
    out.zigzag(stat.childrenMillis() - millis);
    out.zigzag(stat.subtreeRevision() - revision);
    out.zigzag(stat.version());
    out.zigzag(stat.attributesVersion());
    out.zigzag(stat.childrenCreated());
    LIFE.write(out, stat.life());
  }

  private static Stat readStat(Input in) {
    long revision = in.zigzag();
    long millis = in.zigzag();
    return new Stat(
        revision,
        millis,
        revision + in.zigzag(),
        millis + in.zigzag(),
        revision + in.zigzag(),
        millis + in.zigzag(),
        revision + in.zigzag(),
        in.zigzagInt(),
        in.zigzagInt(),
        in.zigzagInt(),
        LIFE.read(in));
  }
}
