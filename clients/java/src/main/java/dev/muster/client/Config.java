package dev.muster.client;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** A configuration item as it was at one revision. Immutable. */
public final class Config {
  /** Who said so. */
  public enum Source {
    /** A server, just now or, for listeners, with nothing newer since. */
    SERVER,
    /** No server can be asked: it is the last that this machine was told. */
    CACHE
  }

  private final String namespace;
  private final String item;
  private final Snapshot snapshot;
  private final Source source;

  Config(String namespace, String item, Snapshot snapshot, boolean stale) {
    this.namespace = namespace;
    this.item = item;
    this.snapshot = snapshot;
    this.source = stale ? Source.CACHE : Source.SERVER;
  }

  public String namespace() {
    return namespace;
  }

  /** The item's name, as it was asked for. */
  public String item() {
    return item;
  }

  /** The revision that last modified it: what {@link Precondition#ifRevision} takes. */
  public long revision() {
    return snapshot.modified();
  }

  /** The revision of the state that it was read from. */
  public long asOfRevision() {
    return snapshot.asOf();
  }

  /** The entity tag: the revision in double quotes. */
  public String etag() {
    return "\"" + revision() + "\"";
  }

  public String contentType() {
    return snapshot.contentType();
  }

  public Source source() {
    return source;
  }

  /** Whether no server could be asked, so that there may be something newer. */
  public boolean isStale() {
    return source == Source.CACHE;
  }

  /** The content; the array is the caller's. */
  public byte[] bytes() {
    return snapshot.content().clone();
  }

  /**
   * The content as UTF-8.
   *
   * @throws IllegalStateException if it is something else
   */
  public String text() {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(snapshot.content()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalStateException(
          "the content of " + this + " is not UTF-8, but " + contentType() + ": use bytes()", e);
    }
  }

  /**
   * The content as Java properties in UTF-8.
   *
   * @throws IllegalStateException if it is something else
   */
  public Settings settings() {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text()));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "the content of " + this + " are no properties: " + e.getMessage(), e);
    }
    return new Settings(toString(), properties);
  }

  /** Names it, without its content. */
  @Override
  public String toString() {
    return namespace + "/" + item + "@" + revision() + (isStale() ? " (stale)" : "");
  }
}
