package dev.muster.door.rest;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.muster.coordination.SessionId;
import dev.muster.core.Bytes;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.discovery.FlapDamping;
import dev.muster.discovery.Instance;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InstanceStatus;
import dev.muster.discovery.Protection;
import dev.muster.discovery.Selection;
import dev.muster.discovery.ServiceSettings;
import dev.muster.discovery.StoredInstance;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Instances as JSON. What an instance says of itself is stored as JSON and copied as it is, behind
 * what its node tells. Ids are names that need no escaping.
 */
final class InstanceJson {
  private InstanceJson() {}

  /** One instance. */
  static byte[] one(String id, Node node, State state) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    append(out, id, node, state, true, node.data());
    return out.toByteArray();
  }

  /**
   * One instance for a stream, which tells what changed and not how long it will last.
   *
   * @param settings what is set for its service
   */
  static RawValue event(String id, Node node, ServiceSettings settings) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    Bytes stored = StoredInstance.withoutChecks(node.data());
    append(out, id, node, null, false, weighted(id, stored, settings));
    return new RawValue(out.toString(StandardCharsets.UTF_8));
  }

  /** With the weight that the service gives it. */
  private static Bytes weighted(String id, Bytes stored, ServiceSettings settings) {
    if (settings.weights().isEmpty()) {
      return stored;
    }
    Instance instance = StoredInstance.decode(stored);
    int weight = settings.weight(id, instance);
    return weight == instance.weight() ? stored : StoredInstance.withWeight(stored, weight);
  }

  /**
   * A page of a service's instances.
   *
   * @param service absent for a service without any
   * @param cursor where the page begins
   */
  static byte[] page(
      String name,
      @Nullable Node service,
      State state,
      Selection selection,
      Cursor cursor,
      int max) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    put(out, "{\"service\":\"" + name + "\",");
    Bytes protection = service == null ? null : Protection.stored(service);
    if (protection != null) {
      put(out, "\"protected\":");
      out.writeBytes(protection.array());
      out.write(',');
    }
    put(out, "\"instances\":[");
    String last = cursor.after();
    int count = 0;
    boolean more = false;
    Iterator<Row> rows = rows(service, selection, last);
    while (rows.hasNext()) {
      if (count == max) {
        more = true;
        break;
      }
      Row row = rows.next();
      if (count > 0) {
        out.write(',');
      }
      append(out, row.id, row.node, state, false, row.stored);
      last = row.place;
      count++;
    }
    put(out, more ? "],\"next\":\"" + cursor.next(last) + "\"}" : "]}");
    return out.toByteArray();
  }

  /**
   * What a list has to tell of an instance.
   *
   * @param place in the order of the list, as cursors have it
   * @param stored what it says of itself, with the weight that counts
   */
  private record Row(String id, Node node, String place, Bytes stored) {}

  /** The rows behind a place, made as they are asked for where nothing has to be sorted. */
  private static Iterator<Row> rows(@Nullable Node service, Selection selection, String after) {
    if (service == null) {
      return Collections.emptyIterator();
    }
    if (selection.isPlain() && ServiceSettings.of(service).weights().isEmpty()) {
      return InstanceKey.instances(service, after).entrySet().stream()
          .filter(child -> selection.fits(child.getKey(), child.getValue()))
          .map(
              child ->
                  new Row(
                      child.getKey(),
                      child.getValue(),
                      child.getKey(),
                      StoredInstance.withoutChecks(child.getValue().data())))
          .iterator();
    }
    return selection.from(service).stream()
        .map(picked -> row(picked, selection))
        .filter(row -> row.place.compareTo(after) > 0)
        .iterator();
  }

  private static Row row(Selection.Picked picked, Selection selection) {
    Bytes stored = StoredInstance.withoutChecks(picked.node().data());
    return new Row(
        picked.id(),
        picked.node(),
        // One digit sorts as the distance does.
        selection.near() == null ? picked.id() : picked.distance() + "/" + picked.id(),
        picked.weight() == picked.instance().weight()
            ? stored
            : StoredInstance.withWeight(stored, picked.weight()));
  }

  /**
   * All that a proxy needs to send traffic, and nothing else: an array of id, address, port, weight
   * and zone for each.
   *
   * @param selection one that leaves out who is taken out of traffic: nothing would tell
   */
  static byte[] compact(String name, @Nullable Node service, Selection selection) {
    List<List<@Nullable Object>> endpoints = new ArrayList<>();
    for (Selection.Picked picked : selection.from(service)) {
      Instance instance = picked.instance();
      Integer port = selection.port() == null ? null : instance.port(selection.port());
      List<@Nullable Object> endpoint = new ArrayList<>();
      endpoint.add(picked.id());
      endpoint.add(instance.address());
      endpoint.add(port == null ? instance.port() : port);
      endpoint.add(picked.weight());
      endpoint.add(instance.zone());
      endpoints.add(endpoint);
    }
    return Json.encode(Map.of("service", name, "endpoints", endpoints));
  }

  private static void append(
      ByteArrayOutputStream out,
      String id,
      Node node,
      @Nullable State state,
      boolean detailed,
      Bytes stored) {
    put(out, "{\"id\":\"" + id + "\",\"revision\":" + node.stat().modifiedRevision());
    put(out, ",\"createdRevision\":" + node.stat().createdRevision());
    if (node.stat().life() instanceof Life.Ephemeral ephemeral) {
      put(out, ",\"session\":\"" + SessionId.format(ephemeral.session()) + "\"");
      // A session's ttl never changes, so that the answer depends on the service's subtree alone.
      Session session = state == null ? null : state.sessions().get(ephemeral.session());
      if (session != null) {
        put(out, ",\"ttlSeconds\":" + Seconds.ofMillis(session.ttlMillis()));
      }
    }
    put(out, ",\"health\":\"" + InstanceStatus.health(node).text() + "\"");
    InstanceStatus.Kept kept = InstanceStatus.kept(node);
    if (kept != null) {
      put(out, ",\"kept\":true,\"keptBy\":\"" + kept.text() + "\"");
    }
    InstanceStatus status = detailed || InstanceStatus.isOut(node) ? InstanceStatus.of(node) : null;
    if (status != null) {
      appendStatus(out, status, detailed);
    }
    out.write(',');
    int fields = StoredInstance.fieldsOffset(stored);
    out.write(stored.array(), fields, stored.length() - fields);
  }

  private static void appendStatus(
      ByteArrayOutputStream out, InstanceStatus status, boolean detailed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (status.drainingSinceMillis() != null) {
      fields.put("draining", true);
      fields.put("drainingSinceMillis", status.drainingSinceMillis());
    }
    if (status.maintenance() != null) {
      fields.put("maintenance", status.maintenance());
    }
    if (detailed) {
      if (FlapDamping.isFlapping(status.history(), System.currentTimeMillis())) {
        fields.put("flapping", true);
      }
      fields.put("components", status.components());
      fields.put("history", status.history());
    }
    byte[] json = Json.encode(fields);
    out.write(',');
    out.write(json, 1, json.length - 2); // without its braces
  }

  private static void put(ByteArrayOutputStream out, String ascii) {
    byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
    out.write(bytes, 0, bytes.length);
  }
}
