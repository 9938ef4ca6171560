package dev.muster.client;

/**
 * A further port of an instance, with a name that consumers ask for it by.
 *
 * @param name 1 to 15 of {@code a-z 0-9 -}, such as {@code grpc}; unique within the instance
 * @param protocol what is spoken there, such as {@code grpc}; empty if that is not said
 */
public record Port(String name, int number, String protocol) {}
