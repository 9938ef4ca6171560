package dev.muster.core;

import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The hash that a state chains over what it applied. It covers entries (who proposed which) and
 * their effects (replies, events with stats and contents), so that nodes that decide differently
 * about the same entry end with different hashes, too. What texts of refusals say is left out:
 * versions may word them differently. Not cryptographic: it finds faults, not attackers. The mixing
 * step is the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators).
 */
final class Chain {
  private Chain() {}

  static long verdict(long chain, long position, Entry entry, Proposer.Verdict verdict) {
    long hash = mix(mix(chain, position), entry.proposer().hashCode());
    hash = mix(mix(hash, entry.incarnation()), entry.sequence());
    return mix(hash, verdict.number());
  }

  static long effects(
      long chain,
      long position,
      Entry entry,
      State after,
      List<Reply> replies,
      List<Event> events) {
    long hash = verdict(chain, position, entry, Proposer.Verdict.APPLIED);
    hash = mix(hash, after.revision());
    hash = mix(hash, after.timeMillis());
    hash = mix(hash, after.sessions().size());
    hash = mix(hash, after.tree().root().subtreeBytes());
    for (Command command : entry.commands()) {
      hash = command(hash, command);
    }
    for (Reply reply : replies) {
      if (reply instanceof Reply.Done done) {
        hash = mix(hash, done.revision());
      } else if (reply instanceof Reply.Refused refused) {
        hash = mix(mix(hash, -refused.why().number()), refused.index());
      }
    }
    for (Event event : events) {
      hash = event(hash, event);
    }
    return hash;
  }

  /** What no event tells; a transaction's changes are all events. */
  private static long command(long chain, Command command) {
    if (command instanceof Command.OpenSession open) {
      long hash = mix(mix(chain, open.id()), open.ttlMillis());
      return mix(mix(hash, open.owner().hashCode()), checksum(open.secret()));
    } else if (command instanceof Command.CloseSessions close) {
      long hash = chain;
      for (long id : close.ids()) {
        hash = mix(hash, id);
      }
      return hash;
    } else if (command instanceof Command.SetDataBudget budget) {
      return mix(chain, budget.bytes());
    } else if (command instanceof Command.EnableFeature enable) {
      return mix(chain, enable.feature().number());
    }
    return chain;
  }

  private static long event(long chain, Event event) {
    Node node = event.node();
    long hash = mix(mix(chain, event.revision()), event.type().number());
    hash = mix(hash, event.path().toString().hashCode());
    hash = stat(hash, node.stat());
    for (Map.Entry<String, String> attribute : node.attributes().entrySet()) {
      hash = mix(mix(hash, attribute.getKey().hashCode()), attribute.getValue().hashCode());
    }
    return mix(hash, checksum(node.data()));
  }

  private static long stat(long chain, Stat stat) {
    long hash = mix(mix(chain, stat.createdRevision()), stat.createdMillis());
    hash = mix(mix(hash, stat.modifiedRevision()), stat.modifiedMillis());
    hash = mix(mix(hash, stat.childrenRevision()), stat.childrenMillis());
    hash = mix(mix(hash, stat.subtreeRevision()), stat.childrenCreated());
    hash = mix(mix(hash, stat.version()), stat.attributesVersion());
    if (stat.life() instanceof Life.Ephemeral ephemeral) {
      return mix(mix(hash, 1), ephemeral.session());
    } else if (stat.life() instanceof Life.Ttl ttl) {
      return mix(mix(hash, 2), ttl.ttlMillis());
    }
    return mix(hash, stat.life() instanceof Life.Container ? 3 : 4);
  }

  private static long checksum(Bytes bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array());
    return crc.getValue();
  }

  private static long mix(long chain, long value) {
    long z = (chain ^ value) + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
