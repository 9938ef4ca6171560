package dev.muster.door.dns;

import static dev.muster.door.dns.DnsWorld.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The door as those see it who send what nobody should, or do not go away. */
class DnsAbuseTest extends ServedWorld {
  // ---- what nobody should send

  @Test
  void survivesGarbage() throws IOException {
    many(1);
    Random random = new Random(42);
    byte[] good = query("cart.shop.muster.", Type.A).toWire();
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 3_000; i++) {
        byte[] bytes;
        if (i % 2 == 0) {
          bytes = new byte[random.nextInt(80)];
          random.nextBytes(bytes);
        } else {
          bytes = good.clone();
          for (int flips = random.nextInt(4); flips >= 0; flips--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
        }
        socket.send(packet(bytes));
        if (i % 100 == 0) { // what the kernel drops tests nothing
          assertEquals(Rcode.NOERROR, ask(query("cart.shop.muster.", Type.A)).getRcode());
        }
      }
    }
    assertEquals(Rcode.NOERROR, ask(query("cart.shop.muster.", Type.A)).getRcode());
    assertTrue(heard.contains("udp dropped"));
    assertTrue(heard.contains("udp none FORMERR"));
    assertFalse(heard.toString().contains("SERVFAIL"), "no bug was hit");
  }

  @Test
  void saysWhatItCannotRead() throws IOException {
    byte[] query = query("cart.shop.muster.", Type.A).toWire();
    byte[] cut = Arrays.copyOf(query, query.length - 3);
    Message answer = new Message(askRaw(cut));
    assertEquals(Rcode.FORMERR, answer.getRcode());
    assertEquals(new Header(query).getID(), answer.getHeader().getID());
    assertEquals(Header.LENGTH, askRaw(cut).length, "never longer than what came");

    byte[] none = new byte[Header.LENGTH];
    assertEquals(Rcode.FORMERR, new Message(askRaw(none)).getRcode());
    Message two = query("cart.shop.muster.", Type.A);
    two.addRecord(
        Record.newRecord(Name.fromString("x.muster."), Type.A, DClass.IN), Section.QUESTION);
    assertEquals(Rcode.FORMERR, ask(two).getRcode());
    // A name that points at itself.
    byte[] loop = new byte[Header.LENGTH + 6];
    loop[5] = 1;
    loop[12] = (byte) 0xC0;
    loop[13] = 12;
    assertEquals(Rcode.FORMERR, new Message(askRaw(loop)).getRcode());
  }

  @Test
  void answersNoAnswer() throws IOException {
    Message answer = query("cart.shop.muster.", Type.A);
    answer.getHeader().setFlag(Flags.QR);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(30_000);
      socket.send(packet(answer.toWire()));
      socket.send(packet(new byte[] {1, 2, 3}));
      Message query = query("cart.shop.muster.", Type.A);
      socket.send(packet(query.toWire()));
      // One socket is served in order: what would have been answered comes first.
      assertEquals(query.getHeader().getID(), new Message(receive(socket)).getHeader().getID());
    }
    assertEquals(List.of("udp dropped", "udp dropped", "udp A NXDOMAIN"), List.copyOf(heard));
  }

  // ---- TCP

  @Test
  void takesSeveralQueriesOfAConnectionInPieces() throws IOException {
    many(3);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.setTcpNoDelay(true);
      List<Integer> ids = new ArrayList<>();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(all);
      for (int i = 0; i < 20; i++) {
        Message query = query("cart.shop.muster.", i % 2 == 0 ? Type.A : Type.SRV);
        ids.add(query.getHeader().getID());
        byte[] bytes = query.toWire();
        out.writeShort(bytes.length);
        out.write(bytes);
      }
      byte[] stream = all.toByteArray();
      for (int i = 0; i < stream.length; i += 37) {
        socket.getOutputStream().write(stream, i, Math.min(37, stream.length - i));
        socket.getOutputStream().flush();
      }
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (int id : ids) {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        Message answer = new Message(bytes);
        assertEquals(id, answer.getHeader().getID());
        assertEquals(3, answer.getSection(Section.ANSWER).size());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4_097, 65_535})
  void closesConnectionsThatSendNoQueries(int length) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(length);
      if (length == 3) {
        out.write(new byte[3]);
      }
      out.flush();
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void closesConnectionsThatSendNothing() throws IOException {
    try (DnsServer impatient = server(0, 1)) {
      int itsPort = get(impatient.listen().toCompletionStage().toCompletableFuture());
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), itsPort)) {
        socket.setSoTimeout(30_000);
        assertEquals(-1, socket.getInputStream().read());
      }
    }
  }

  @Test
  void connectionsOfAnAddressAreBounded() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < DnsLimits.CONNECTIONS_PER_ADDRESS_MAX; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        sockets.add(socket);
        assertEquals(Rcode.NXDOMAIN, askByTcp(socket).getRcode());
      }
      try (Socket surplus = new Socket(InetAddress.getLoopbackAddress(), port)) {
        surplus.setSoTimeout(30_000);
        assertThrows(IOException.class, () -> askByTcp(surplus));
      }
      sockets.get(0).close();
      awaitRoom(sockets);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private void awaitRoom(List<Socket> sockets) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      Socket next = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(next);
      next.setSoTimeout(30_000);
      try {
        assertEquals(Rcode.NXDOMAIN, askByTcp(next).getRcode());
        return;
      } catch (IOException notYet) {
        assertTrue(System.nanoTime() < deadline, "there is room again");
      }
    }
  }

  private static Message askByTcp(Socket socket) throws IOException {
    byte[] query = query("cart.shop.muster.", Type.A).toWire();
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeShort(query.length);
    out.write(query);
    out.flush();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    return new Message(bytes);
  }
}
