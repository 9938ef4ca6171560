package dev.muster.codec;

import static dev.muster.codec.CoreWire.ATTRIBUTES;
import static dev.muster.codec.CoreWire.FEATURE;
import static dev.muster.codec.CoreWire.LIFE;
import static dev.muster.codec.CoreWire.PATH;
import static dev.muster.codec.CoreWire.SESSION_ID;
import static dev.muster.codec.Wire.BOOL;
import static dev.muster.codec.Wire.BYTES;
import static dev.muster.codec.Wire.INT;
import static dev.muster.codec.Wire.LONG;
import static dev.muster.codec.Wire.TEXT;
import static dev.muster.codec.Wire.list;
import static dev.muster.codec.Wire.oneOf;
import static dev.muster.codec.Wire.record;
import static dev.muster.codec.Wire.row;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;

/** What the log's entries hold. The tables are the format's documentation. */
final class CommandWire {
  private CommandWire() {}

  static final OneOf<Guard> GUARD =
      oneOf(
          "guard",
          Guard.class,
          row(1, Guard.Exists.class, record(Guard.Exists::new, PATH.from(Guard.Exists::path))),
          row(2, Guard.Absent.class, record(Guard.Absent::new, PATH.from(Guard.Absent::path))),
          row(
              3,
              Guard.Version.class,
              record(
                  Guard.Version::new,
                  PATH.from(Guard.Version::path),
                  INT.from(Guard.Version::version))),
          row(
              4,
              Guard.Modified.class,
              record(
                  Guard.Modified::new,
                  PATH.from(Guard.Modified::path),
                  LONG.from(Guard.Modified::revision))),
          row(
              5,
              Guard.Created.class,
              record(
                  Guard.Created::new,
                  PATH.from(Guard.Created::path),
                  LONG.from(Guard.Created::revision))),
          row(
              6,
              Guard.Unchanged.class,
              record(
                  Guard.Unchanged::new,
                  PATH.from(Guard.Unchanged::path),
                  LONG.from(Guard.Unchanged::sinceRevision))),
          row(
              7,
              Guard.SessionAlive.class,
              record(Guard.SessionAlive::new, SESSION_ID.from(Guard.SessionAlive::session))),
          row(
              8,
              Guard.AttributesVersion.class,
              record(
                  Guard.AttributesVersion::new,
                  PATH.from(Guard.AttributesVersion::path),
                  INT.from(Guard.AttributesVersion::version))));

  static final OneOf<Change> CHANGE =
      oneOf(
          "change",
          Change.class,
          row(
              1,
              Change.Create.class,
              record(
                  Change.Create::new,
                  PATH.from(Change.Create::path),
                  BYTES.from(Change.Create::data),
                  ATTRIBUTES.from(Change.Create::attributes),
                  LIFE.from(Change.Create::life),
                  BOOL.from(Change.Create::sequential))),
          row(
              2,
              Change.Ensure.class,
              record(
                  Change.Ensure::new,
                  PATH.from(Change.Ensure::path),
                  LIFE.from(Change.Ensure::life))),
          row(
              3,
              Change.Put.class,
              record(
                  Change.Put::new,
                  PATH.from(Change.Put::path),
                  BYTES.from(Change.Put::data),
                  ATTRIBUTES.from(Change.Put::attributes))),
          row(
              4,
              Change.SetData.class,
              record(
                  Change.SetData::new,
                  PATH.from(Change.SetData::path),
                  BYTES.from(Change.SetData::data))),
          row(
              5,
              Change.SetAttributes.class,
              record(
                  Change.SetAttributes::new,
                  PATH.from(Change.SetAttributes::path),
                  ATTRIBUTES.from(Change.SetAttributes::attributes))),
          row(6, Change.Delete.class, record(Change.Delete::new, PATH.from(Change.Delete::path))),
          row(
              7,
              Change.DeleteSubtree.class,
              record(Change.DeleteSubtree::new, PATH.from(Change.DeleteSubtree::path))));

  static final OneOf<Command> COMMAND =
      oneOf(
          "command",
          Command.class,
          row(
              1,
              Command.Transact.class,
              record(
                  Command.Transact::new,
                  list(GUARD).from(Command.Transact::guards),
                  list(CHANGE).from(Command.Transact::changes))),
          row(
              2,
              Command.OpenSession.class,
              record(
                  Command.OpenSession::new,
                  SESSION_ID.from(Command.OpenSession::id),
                  LONG.from(Command.OpenSession::ttlMillis),
                  TEXT.from(Command.OpenSession::owner),
                  BYTES.from(Command.OpenSession::secret))),
          row(
              3,
              Command.CloseSessions.class,
              record(
                  Command.CloseSessions::new,
                  list(GUARD).from(Command.CloseSessions::guards),
                  list(SESSION_ID).from(Command.CloseSessions::ids))),
          row(
              4,
              Command.EnableFeature.class,
              record(Command.EnableFeature::new, FEATURE.from(Command.EnableFeature::feature))),
          row(
              5,
              Command.SetDataBudget.class,
              record(Command.SetDataBudget::new, LONG.from(Command.SetDataBudget::bytes))));
}
