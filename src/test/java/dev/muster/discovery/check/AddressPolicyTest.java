package dev.muster.discovery.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.discovery.InvalidInstanceException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  private static final AddressPolicy EVERYTHING = AddressPolicy.of(List.of("0.0.0.0/0", "::/0"));
  private static final CheckSpec CHECK = new CheckSpec.Tcp(CheckTerms.of("port"));

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.0.0.1",
        "169.254.169.254",
        "169.254.0.1",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "::",
        "fe80::1",
        "febf::1",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "ff02::1",
        "::ffff:169.254.169.254",
        "::ffff:0.0.0.0",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "2002:6464:64c8::1",
        "2001:0:4136:e378:8000:63bf:5601:5601", // Teredo of 169.254.169.254
      })
  void neverWhateverTheListSays(String literal) {
    assertFalse(EVERYTHING.allows(address(literal)), literal);
    AddressPolicy byName =
        AddressPolicy.of(
            List.of(
                literal.contains(":") && address(literal).getAddress().length == 4
                    ? "0.0.0.0/0"
                    : literal));
    assertFalse(byName.allows(address(literal)), "allowed by its own name");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "10.0.0.0/8, 64:ff9b::a01:203, false",
    "172.16.0.0/12, 172.31.255.255, true",
    "172.16.0.0/12, 172.32.0.0, false",
    "192.168.7.9, 192.168.7.9, true",
    "192.168.7.9, 192.168.7.8, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::1/128, ::1, true",
    "127.0.0.0/8, 127.0.0.1, true",
    "127.0.0.0/8, ::1, false",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 10.0.0.1, false",
    "::/0, 2001:db8::1, true",
    "::/0, ::1, true",
  })
  void whatTheListSays(String range, String literal, boolean allowed) {
    assertEquals(allowed, AddressPolicy.of(List.of(range)).allows(address(literal)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.1/8",
        "10.0/8",
        "2001:db8::/129",
        "::ffff:10.0.0.0/104",
        "10.0.0.0/x",
        "fe80::1%eth0",
        "1.2.3.4.5",
        "256.1.1.1"
      })
  void aRangeThatIsNoneIsRefusedWithTheSettingsName(String range) {
    var wrong =
        assertThrows(
            IllegalArgumentException.class, () -> AddressPolicy.of(List.of("127.0.0.1", range)));
    assertTrue(wrong.getMessage().startsWith("muster.checks.allow: '" + range), wrong.getMessage());
  }

  @Test
  void nothingIsAllowedByDefault() {
    assertFalse(AddressPolicy.NONE.allows(address("127.0.0.1")));
    var refused =
        assertThrows(
            InvalidInstanceException.class,
            () -> AddressPolicy.NONE.checkRegistration("db.example.org", List.of(CHECK)));
    assertEquals("checks", refused.field());
    assertTrue(refused.getMessage().contains("MUSTER_CHECKS_ALLOW"), refused.getMessage());
    AddressPolicy.NONE.checkRegistration("127.0.0.1", List.of());
  }

  @Test
  void anAddressThatIsNotAllowedCannotBeRegisteredWithChecks() {
    AddressPolicy policy = AddressPolicy.of(List.of("10.0.0.0/8"));
    policy.checkRegistration("10.1.2.3", List.of(CHECK));
    policy.checkRegistration("db.example.org", List.of(CHECK));
    assertThrows(
        InvalidInstanceException.class,
        () -> policy.checkRegistration("169.254.169.254", List.of(CHECK)));
    assertThrows(
        InvalidInstanceException.class, () -> policy.checkRegistration("::1", List.of(CHECK)));
  }

  @Test
  void everyAddressOfANameMustBeAllowed() throws AddressRefusedException {
    AddressPolicy policy = AddressPolicy.of(List.of("10.0.0.0/8"));
    assertEquals(
        address("10.0.0.2"), policy.judge(List.of(address("10.0.0.2"), address("10.0.0.1"))));
    var refused =
        assertThrows(
            AddressRefusedException.class,
            () -> policy.judge(List.of(address("10.0.0.1"), address("169.254.169.254"))));
    assertTrue(refused.getMessage().contains("169.254.169.254 is never checked"));
    assertThrows(AddressRefusedException.class, () -> policy.judge(List.of()));
    List<InetAddress> many = new ArrayList<>();
    for (int i = 0; i <= CheckLimits.RESOLVED_ADDRESSES_MAX; i++) {
      many.add(address("10.0.0." + i));
    }
    assertThrows(AddressRefusedException.class, () -> policy.judge(many));
  }
}
