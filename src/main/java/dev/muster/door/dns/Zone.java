package dev.muster.door.dns;

import dev.muster.core.Node;
import dev.muster.core.State;
import dev.muster.discovery.InstanceKey;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.HINFORecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * What is in the domain. A pure function of a state, a question and chance, which orders the
 * answers by weight. Thread-safe.
 */
final class Zone {
  private static final int SRV_PRIORITY = 0;
  private static final int WEIGHT_MAX = 65_535; // what SRV can tell
  private static final long REFRESH_SECONDS = 3_600;
  private static final long RETRY_SECONDS = 600;
  private static final long EXPIRE_SECONDS = 86_400;
  private static final long SERIAL_MASK = 0xFFFF_FFFFL;

  private final DnsSettings settings;
  private final DoubleSupplier chance;
  private final Endpoints endpoints = new Endpoints();
  private final Name nameServer;
  private final Name hostmaster;

  /**
   * @param chance from 0 to below 1, evenly; from any thread
   */
  Zone(DnsSettings settings, DoubleSupplier chance) {
    this.settings = settings;
    this.chance = chance;
    this.nameServer = below("ns");
    this.hostmaster = below("hostmaster");
  }

  private Name below(String label) {
    Name name = Endpoint.name(label, settings.domain());
    if (name == null) {
      throw new IllegalArgumentException("muster.dns.domain is too long");
    }
    return name;
  }

  /**
   * What was found.
   *
   * @param rcode {@link Rcode#NOERROR}, also if the name exists and has nothing of this type, or
   *     {@link Rcode#NXDOMAIN}
   * @param answers none: the authority section tells for how long
   * @param additional addresses of what the answers point at
   */
  record Found(int rcode, List<Record> answers, List<Record> additional) {
    static final Found NO_NAME = new Found(Rcode.NXDOMAIN, List.of(), List.of());
    static final Found NOTHING = new Found(Rcode.NOERROR, List.of(), List.of());

    static Found of(List<Record> answers) {
      return new Found(Rcode.NOERROR, answers, List.of());
    }
  }

  boolean contains(Name name) {
    return name.subdomain(settings.domain());
  }

  /** Whether finding the answer takes more than about two milliseconds. */
  boolean isLong(State state, Name name) {
    Place place = name.equals(settings.domain()) ? null : place(state, name);
    Node service = place == null ? null : place.service;
    return place != null && service != null && endpoints.isLong(place.name, service);
  }

  /**
   * Finds what a question asks for. Owners of the records are spelled as the question is.
   *
   * @param name within the domain
   */
  Found find(State state, Name name, int type) {
    if (name.equals(settings.domain())) {
      return apex(state, name, type);
    }
    Place place = place(state, name);
    if (name.equals(nameServer)) {
      return nameServer(name, type);
    }
    if (place == null) {
      return Found.NO_NAME;
    }
    Node service = place.service;
    if (service == null || place.asked.bare()) {
      return type == Type.ANY ? refusal(name) : Found.NOTHING;
    }
    return ofService(place, service, name, type);
  }

  /** Tells resolvers for how long there is nothing (RFC 2308). */
  SOARecord authority(State state, Name name) {
    return new SOARecord(
        name,
        DClass.IN,
        settings.ttlSeconds(),
        nameServer,
        hostmaster,
        state.revision() & SERIAL_MASK,
        REFRESH_SECONDS,
        RETRY_SECONDS,
        EXPIRE_SECONDS,
        settings.ttlSeconds());
  }

  SOARecord authority(State state) {
    return authority(state, settings.domain());
  }

  // ---- the domain itself

  private Found apex(State state, Name name, int type) {
    return switch (type) {
      case Type.SOA -> Found.of(List.of(authority(state, name)));
      case Type.NS ->
          new Found(
              Rcode.NOERROR,
              List.of(new NSRecord(name, DClass.IN, settings.ttlSeconds(), nameServer)),
              addressOf(nameServer, settings.ownAddress()));
      case Type.ANY -> refusal(name);
      default -> Found.NOTHING;
    };
  }

  private Found nameServer(Name name, int type) {
    List<Record> address = addressOf(name, settings.ownAddress());
    return type == Type.ANY
        ? refusal(name)
        : Found.of(address.stream().filter(record -> record.getType() == type).toList());
  }

  /** To those who ask for everything: that they do not get it (RFC 8482). */
  private Found refusal(Name name) {
    return Found.of(
        List.of(new HINFORecord(name, DClass.IN, settings.ttlSeconds(), "RFC8482", "")));
  }

  // ---- services

  /**
   * Where a name leads.
   *
   * @param service absent for a name that has nothing but names below it
   * @param name of the service, as it is spelled
   */
  private record Place(AskedName asked, @Nullable Node service, Name name) {}

  /** Nothing if the name does not exist. */
  private @Nullable Place place(State state, Name name) {
    AskedName asked = AskedName.of(name, settings.domain());
    Node namespaces = state.tree().find(InstanceKey.SERVICES);
    Names namespace =
        namespaces == null ? Names.NONE : Names.find(namespaces.children(), asked.namespace());
    Node services = namespace.node();
    if (services == null || namespace.name() == null) {
      return null;
    }
    if (asked.service().isEmpty()) {
      return new Place(asked, null, name);
    }
    Names service = Names.find(services.children(), asked.service());
    Node node = service.node();
    if (node == null || service.name() == null) {
      return service.below() && asked.demands().isEmpty() && asked.port() == null
          ? new Place(asked, null, name)
          : null;
    }
    Name full =
        Endpoint.name(
            service.name() + "." + namespace.name().replace(".", "\\."), settings.domain());
    return full == null ? null : new Place(asked, node, full);
  }

  private Found ofService(Place place, Node service, Name name, int type) {
    List<Endpoint> fitting =
        endpoints.of(place.name, service).stream()
            .filter(endpoint -> place.asked.demands().stream().allMatch(endpoint::fits))
            .filter(endpoint -> endpoint.port(place.asked.port()) != null)
            .toList();
    if (fitting.isEmpty() && !exists(place.asked, service)) {
      return Found.NO_NAME;
    }
    if (type == Type.ANY) {
      return refusal(name);
    }
    if (fitting.size() == 1 && isOne(place.asked)) {
      Name host = fitting.get(0).address() == null ? fitting.get(0).target() : null;
      if (host != null) {
        return Found.of(List.of(new CNAMERecord(name, DClass.IN, settings.ttlSeconds(), host)));
      }
    }
    return switch (type) {
      case Type.A, Type.AAAA -> addresses(place.asked, fitting, name, type);
      case Type.SRV -> targets(place.asked, fitting, name);
      case Type.TXT -> texts(fitting, name);
      default -> Found.NOTHING;
    };
  }

  /** All tags, zones and ports exist, at times with nobody; instances have to. */
  private static boolean exists(AskedName asked, Node service) {
    for (AskedName.Demand demand : asked.demands()) {
      if (demand.kind() == AskedName.Kind.ID) {
        Names found = Names.find(InstanceKey.instances(service), demand.value());
        return found.node() != null || found.below();
      }
    }
    return true;
  }

  /** Whether it is the name of an instance itself. */
  private static boolean isOne(AskedName asked) {
    return asked.port() == null
        && asked.demands().size() == 1
        && asked.demands().get(0).kind() == AskedName.Kind.ID;
  }

  /** Each address once, however many instances are there, and as heavy as they are together. */
  private Found addresses(AskedName asked, List<Endpoint> fitting, Name name, int type) {
    Map<InetAddress, Integer> weights = new LinkedHashMap<>();
    for (Endpoint endpoint : fitting) {
      InetAddress address = endpoint.address();
      if (address != null && asked.port() == null && typeOf(address) == type) {
        weights.merge(address, endpoint.weight(), Integer::sum);
      }
    }
    List<Record> records = new ArrayList<>();
    for (InetAddress address : Draw.of(weights, DnsLimits.ANSWERS_MAX, chance)) {
      records.addAll(addressOf(name, address));
    }
    return Found.of(records);
  }

  private record Target(Name name, int port) {}

  private Found targets(AskedName asked, List<Endpoint> fitting, Name name) {
    Map<Target, Integer> weights = new LinkedHashMap<>();
    Map<Name, InetAddress> addresses = new LinkedHashMap<>();
    for (Endpoint endpoint : fitting) {
      Integer port = endpoint.port(asked.port());
      Name target = endpoint.target();
      if (port != null && target != null) {
        weights.merge(new Target(target, port), endpoint.weight(), Integer::sum);
        InetAddress address = endpoint.address();
        if (address != null) {
          addresses.put(target, address);
        }
      }
    }
    List<Record> records = new ArrayList<>();
    Set<Record> additional = new LinkedHashSet<>();
    for (Target target : Draw.of(weights, DnsLimits.ANSWERS_MAX, chance)) {
      int weight = Math.min(weights.getOrDefault(target, 0), WEIGHT_MAX);
      records.add(
          new SRVRecord(
              name,
              DClass.IN,
              settings.ttlSeconds(),
              SRV_PRIORITY,
              weight,
              target.port,
              target.name));
      additional.addAll(addressOf(target.name, addresses.get(target.name)));
    }
    return new Found(Rcode.NOERROR, records, List.copyOf(additional));
  }

  private Found texts(List<Endpoint> fitting, Name name) {
    Map<Endpoint, Integer> weights = new LinkedHashMap<>();
    fitting.forEach(endpoint -> weights.put(endpoint, endpoint.weight()));
    List<Record> records = new ArrayList<>();
    for (Endpoint endpoint : Draw.of(weights, DnsLimits.ANSWERS_MAX, chance)) {
      records.add(new TXTRecord(name, DClass.IN, settings.ttlSeconds(), TxtStrings.of(endpoint)));
    }
    return Found.of(records);
  }

  private List<Record> addressOf(Name name, @Nullable InetAddress address) {
    if (address == null) {
      return List.of();
    }
    return List.of(
        typeOf(address) == Type.A
            ? new ARecord(name, DClass.IN, settings.ttlSeconds(), address)
            : new AAAARecord(name, DClass.IN, settings.ttlSeconds(), address));
  }

  private static int typeOf(InetAddress address) {
    return address instanceof Inet4Address ? Type.A : Type.AAAA;
  }
}
