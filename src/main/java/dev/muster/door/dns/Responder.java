package dev.muster.door.dns;

import dev.muster.core.Bytes;
import dev.muster.core.State;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Reads queries and writes answers: what is a query, what is refused, how long an answer may be. No
 * network, no clock, no thread of its own.
 */
final class Responder {
  /** Those that are counted by name, so that nobody can make meters without end. */
  private static final Set<Integer> COUNTED =
      Set.of(
          Type.A, Type.AAAA, Type.SRV, Type.TXT, Type.SOA, Type.NS, Type.CNAME, Type.ANY, Type.PTR);

  private static final int EDNS_VERSION = 0;

  private final DnsSettings settings;
  private final Zone zone;

  Responder(DnsSettings settings, DoubleSupplier chance) {
    this.settings = settings;
    this.zone = new Zone(settings, chance);
  }

  /**
   * A query that gets an answer.
   *
   * @param question absent if there is none to be read
   * @param opt what it says by EDNS; absent if it does not know EDNS
   * @param rcode that it gets without a look at the state; {@link Rcode#NOERROR} for a look
   * @param bytesMax of the answer
   */
  record Query(
      Header header, @Nullable Record question, @Nullable OPTRecord opt, int rcode, int bytesMax) {
    String type() {
      if (question == null) {
        return "none";
      }
      return COUNTED.contains(question.getType()) ? Type.string(question.getType()) : "other";
    }
  }

  /**
   * An answer as it is sent.
   *
   * @param rcode by name
   */
  record Reply(Bytes bytes, String rcode) {}

  /**
   * Reads what came.
   *
   * @return nothing for what gets no answer: it is too short to have an id, or an answer itself,
   *     and two servers must not answer each other for ever
   */
  @Nullable Query read(byte[] bytes, boolean udp) {
    Header header;
    try {
      header = new Header(bytes);
    } catch (IOException tooShort) {
      return null;
    }
    if (header.getFlag(Flags.QR)) {
      return null;
    }
    int bytesMax = udp ? DnsLimits.UDP_PAYLOAD_MIN : DnsLimits.TCP_PAYLOAD_MAX;
    if (header.getOpcode() != Opcode.QUERY) {
      return new Query(header, null, null, Rcode.NOTIMP, bytesMax);
    }
    Message message;
    try {
      message = new Message(bytes);
    } catch (IOException | RuntimeException malformed) {
      return new Query(header, null, null, Rcode.FORMERR, bytesMax);
    }
    Record question = message.getQuestion();
    List<Record> opts =
        message.getSection(Section.ADDITIONAL).stream()
            .filter(record -> record.getType() == Type.OPT)
            .toList();
    if (header.getCount(Section.QUESTION) != 1 || question == null || opts.size() > 1) {
      return new Query(header, null, null, Rcode.FORMERR, bytesMax);
    }
    OPTRecord opt = opts.isEmpty() ? null : (OPTRecord) opts.get(0);
    if (opt != null && udp) {
      int taken = Math.max(opt.getPayloadSize(), DnsLimits.UDP_PAYLOAD_MIN);
      bytesMax = Math.min(taken, settings.udpPayloadMax());
    }
    return new Query(header, question, opt, refusal(question, opt), bytesMax);
  }

  private int refusal(Record question, @Nullable OPTRecord opt) {
    if (opt != null && opt.getVersion() != EDNS_VERSION) {
      return Rcode.BADVERS;
    }
    int type = question.getType();
    boolean in = question.getDClass() == DClass.IN || question.getDClass() == DClass.ANY;
    boolean transfer = type == Type.AXFR || type == Type.IXFR;
    return in && !transfer && zone.contains(question.getName()) ? Rcode.NOERROR : Rcode.REFUSED;
  }

  /** Whether answering takes more than about two milliseconds. */
  boolean isLong(Query query, State state) {
    Record question = query.question;
    return question != null
        && query.rcode == Rcode.NOERROR
        && zone.isLong(state, question.getName());
  }

  /** The answer. */
  Reply answer(Query query, State state) {
    Record question = query.question;
    if (question == null || query.rcode != Rcode.NOERROR) {
      return refuse(query, query.rcode);
    }
    Name name = question.getName();
    Zone.Found found = zone.find(state, name, question.getType());
    List<Record> authority = found.answers().isEmpty() ? List.of(zone.authority(state)) : List.of();
    return fit(query, found, authority);
  }

  /** An answer that says no more than why there is none. */
  Reply refuse(Query query, int rcode) {
    return new Reply(
        Bytes.wrap(message(query, rcode, List.of(), List.of(), List.of(), false).toWire()),
        Rcode.string(rcode));
  }

  /**
   * What does not fit is left out: first the additional records, which the resolver can ask for,
   * then answers, which it is told of, so that it asks by TCP.
   */
  private Reply fit(Query query, Zone.Found found, List<Record> authority) {
    String rcode = Rcode.string(found.rcode());
    List<Record> answers = found.answers();
    byte[] bytes =
        message(query, found.rcode(), answers, authority, found.additional(), false).toWire();
    if (bytes.length > query.bytesMax) {
      bytes = message(query, found.rcode(), answers, authority, List.of(), false).toWire();
    }
    if (bytes.length > query.bytesMax) {
      int fitting = 0;
      int tooMany = answers.size();
      while (tooMany - fitting > 1) {
        int middle = (fitting + tooMany) >>> 1;
        if (truncated(query, found, middle).length <= query.bytesMax) {
          fitting = middle;
        } else {
          tooMany = middle;
        }
      }
      bytes = truncated(query, found, fitting);
    }
    return new Reply(Bytes.wrap(bytes), rcode);
  }

  private byte[] truncated(Query query, Zone.Found found, int count) {
    List<Record> some = found.answers().subList(0, count);
    return message(query, found.rcode(), some, List.of(), List.of(), true).toWire();
  }

  private Message message(
      Query query,
      int rcode,
      List<Record> answers,
      List<Record> authority,
      List<Record> additional,
      boolean truncated) {
    Message message = new Message(query.header.getID());
    Header header = message.getHeader();
    header.setFlag(Flags.QR);
    header.setOpcode(query.header.getOpcode());
    header.setRcode(rcode & 0xF);
    if (query.header.getFlag(Flags.RD)) {
      header.setFlag(Flags.RD);
    }
    if (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN) {
      header.setFlag(Flags.AA);
    }
    if (truncated) {
      header.setFlag(Flags.TC);
    }
    if (query.question != null) {
      message.addRecord(query.question, Section.QUESTION);
    }
    answers.forEach(record -> message.addRecord(record, Section.ANSWER));
    authority.forEach(record -> message.addRecord(record, Section.AUTHORITY));
    additional.forEach(record -> message.addRecord(record, Section.ADDITIONAL));
    if (query.opt != null) {
      // Without the flag DO: nothing here is signed.
      message.addRecord(
          new OPTRecord(settings.udpPayloadMax(), rcode >> 4, EDNS_VERSION), Section.ADDITIONAL);
    }
    return message;
  }
}
