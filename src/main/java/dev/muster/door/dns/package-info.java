/**
 * Service discovery by DNS: an authoritative responder for one domain, over UDP and TCP, answering
 * from this node's local state. {@link dev.muster.door.dns.AskedName} says what names mean, {@link
 * dev.muster.door.dns.Zone} what is answered, {@link dev.muster.door.dns.Responder} how, and {@link
 * dev.muster.door.dns.DnsServer} is the network. What names look like is documented in {@code
 * docs/dns.md}.
 */
@NullMarked
package dev.muster.door.dns;

import org.jspecify.annotations.NullMarked;
