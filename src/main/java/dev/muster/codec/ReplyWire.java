package dev.muster.codec;

import static dev.muster.codec.CoreWire.PATH;
import static dev.muster.codec.CoreWire.STAT;
import static dev.muster.codec.Wire.INT;
import static dev.muster.codec.Wire.LONG;
import static dev.muster.codec.Wire.TEXT;
import static dev.muster.codec.Wire.enumeration;
import static dev.muster.codec.Wire.list;
import static dev.muster.codec.Wire.oneOf;
import static dev.muster.codec.Wire.optional;
import static dev.muster.codec.Wire.record;
import static dev.muster.codec.Wire.row;

import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import java.util.Optional;

/** The answers that a snapshot keeps for proposers that may ask again. */
final class ReplyWire {
  private ReplyWire() {}

  static final Wire<Refusal> REFUSAL = enumeration("refusal", Refusal.values(), Refusal::number);

  static final Wire<Reply.Outcome> OUTCOME =
      record(
          (path, stat) -> new Reply.Outcome(path, stat.orElse(null)),
          PATH.from(Reply.Outcome::path),
          optional(STAT).from(outcome -> Optional.ofNullable(outcome.stat())));

  static final OneOf<Reply> REPLY =
      oneOf(
          "reply",
          Reply.class,
          row(
              1,
              Reply.Done.class,
              record(
                  Reply.Done::new,
                  LONG.from(Reply.Done::revision),
                  list(OUTCOME).from(Reply.Done::outcomes))),
          row(
              2,
              Reply.Refused.class,
              record(
                  Reply.Refused::new,
                  REFUSAL.from(Reply.Refused::why),
                  INT.from(Reply.Refused::index),
                  TEXT.from(Reply.Refused::detail),
                  LONG.from(Reply.Refused::actual))));
}
