package org.jgroups.protocols.raft;

import dev.muster.raft.Halt;
import dev.muster.raft.Journal;
import dev.muster.raft.RaftListener;
import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.LogOptions;
import java.io.DataInput;
import java.io.DataOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.raft.StateMachine;
import org.jgroups.stack.Protocol;
import org.jgroups.util.ExtendedUUID;
import org.jgroups.util.Util;

/**
 * One RAFT, stock or guarded, without threads and without a network: messages go in by hand, and
 * what it sends is kept.
 */
final class Lab extends Protocol implements AutoCloseable {
  private static final AtomicInteger LOGS = new AtomicInteger();

  final RAFT raft;
  final Journal journal = new Journal();
  final List<Message> sent = new ArrayList<>();
  final List<Halt.Reason> halts = new ArrayList<>();
  final List<Throwable> causes = new ArrayList<>();

  Supplier<Map<Address, String>> discovered = Map::of;

  private Lab(RAFT raft, Address address) {
    this.raft = raft;
    local_addr = address;
    raft.setDownProtocol(this);
    up_prot = raft;
    raft.setAddress(address);
    raft.synchronous(true);
  }

  static Address address(String member) {
    return ExtendedUUID.randomUUID(member).put(RAFT.raft_id_key, Util.stringToBytes(member));
  }

  /** The stock class. Its log is in memory, and may hold entries already. */
  static Lab stock(Address address, String id, List<String> members, LogEntry... entries)
      throws Exception {
    RAFT raft = new RAFT();
    Lab lab = new Lab(raft, address);
    raft.raftId(id).members(members).stateMachine(lab.stockMachine()).maxLogCacheSize(0);
    raft.maxLogSize(64 << 20);
    InMemoryLog log = new InMemoryLog();
    log.init("lab-" + LOGS.incrementAndGet(), Map.of());
    raft.log(log);
    if (entries.length > 0) {
      log.append(1, LogEntries.create(entries));
      log.currentTerm(entries[entries.length - 1].term());
    }
    raft.init();
    raft.start();
    return lab;
  }

  static Lab guarded(
      Path directory, Address address, String id, Collection<String> members, LogEntry... entries)
      throws Exception {
    DurableLog log = log(directory);
    if (entries.length > 0) {
      log.append(1, LogEntries.create(entries));
      log.currentTerm(entries[entries.length - 1].term());
    }
    return guarded(
        log, Abstention.inMemory(false), address, id, members, System::nanoTime, (l, t) -> {});
  }

  static Lab guarded(
      DurableLog log,
      Abstention abstention,
      Address address,
      String id,
      Collection<String> members,
      LongSupplier clock,
      RaftListener listener)
      throws Exception {
    GuardedRaft raft = new GuardedRaft();
    Lab lab = new Lab(raft, address);
    raft.machine(lab.journal).clock(clock).tailBytes(64).listener(listener).abstention(abstention);
    raft.halt(
        (reason, message, cause) -> {
          lab.halts.add(reason);
          lab.causes.add(cause);
        });
    raft.raftId(id).members(members).log(log);
    raft.maxLogSize(64 << 20);
    raft.init();
    raft.start();
    return lab;
  }

  static DurableLog log(Path directory) throws Exception {
    return DurableLog.open(
        directory,
        LogOptions.defaults().withFsync(false).withSegmentBytes(4 << 10).withReserveBytes(0));
  }

  GuardedRaft guarded() {
    return (GuardedRaft) raft;
  }

  void view(long id, Address... members) {
    raft.handleView(new View(members[0], id, List.of(members)));
  }

  void receive(Address from, Message message) {
    raft.up(message.setSrc(from).setDest(local_addr));
  }

  @Override
  public Object down(Message message) {
    message.setSrc(local_addr);
    sent.add(message);
    return null;
  }

  /** What discovery has found, for members outside the view. */
  @Override
  public Object down(Event event) {
    return event.getType() == Event.GET_LOGICAL_PHYSICAL_MAPPINGS ? discovered.get() : null;
  }

  /** The signals of a kind that it has sent to somebody. */
  List<RaftSignal> signals(Address to, RaftSignal.Kind kind) {
    return sent.stream()
        .filter(message -> to.equals(message.dest()))
        .map(message -> (Object) message.getHeader(raft.getId()))
        .filter(header -> header instanceof RaftSignal signal && signal.kind == kind)
        .map(RaftSignal.class::cast)
        .toList();
  }

  private StateMachine stockMachine() {
    return new StateMachine() {
      @Override
      public byte[] apply(byte[] data, int offset, int length, boolean serialize) {
        journal.apply(0, data, offset, length);
        return new byte[0];
      }

      @Override
      public void readContentFrom(DataInput in) throws Exception {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        journal.restore(0, new java.io.ByteArrayInputStream(bytes));
      }

      @Override
      public void writeContentTo(DataOutput out) throws Exception {
        var bytes = new java.io.ByteArrayOutputStream();
        journal.snapshot().writeTo(bytes);
        out.writeInt(bytes.size());
        out.write(bytes.toByteArray());
      }
    };
  }

  @Override
  public void close() {
    raft.stop();
    raft.destroy();
  }
}
