package dev.muster.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks names up; may take long. */
@FunctionalInterface
interface NameResolver {
  /** As the operating system does it. */
  NameResolver SYSTEM = name -> List.of(InetAddress.getAllByName(name));

  List<InetAddress> resolve(String name) throws UnknownHostException;
}
