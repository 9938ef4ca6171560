package dev.muster.discovery.check;

/** A name or an address that checks may not reach; the message is for people. */
public final class AddressRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  AddressRefusedException(String message) {
    super(message);
  }
}
