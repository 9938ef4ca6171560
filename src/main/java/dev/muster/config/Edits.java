package dev.muster.config;

import dev.muster.core.Bytes;
import dev.muster.core.Node;
import dev.muster.core.State;
import dev.muster.format.Document;
import dev.muster.format.Format;
import dev.muster.format.FormatException;
import dev.muster.format.MergePatch;
import dev.muster.format.SingleProperty;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The ways in which items change. */
final class Edits {
  private Edits() {}

  /** A whole content, whose syntax was checked. */
  static Edit put(Content content, MetadataChange metadata) {
    return (state, item) ->
        new Edit.Edition(
            content,
            metadata.applyTo(item == null ? ItemMetadata.NONE : metadata(item)),
            item != null && content.equals(Content.of(item))
                ? Releases.Action.DESCRIBED
                : Releases.Action.PUBLISHED,
            0,
            Edit.Check.SCHEMAS,
            true);
  }

  /** The same content, described otherwise. */
  static Edit describe(String namespace, String name, ItemMetadata metadata) {
    return new Edit() {
      @Override
      public Result of(State state, @Nullable Node item) {
        return item == null
            ? unknown(namespace, name)
            : new Edition(
                Content.of(item), metadata, Releases.Action.DESCRIBED, 0, Check.NOTHING, true);
      }

      @Override
      public boolean dependsOnContent() {
        return true; // its release says that it was so
      }

      @Override
      public int attemptsMax() {
        return ConfigLimits.EDIT_ATTEMPTS_MAX;
      }
    };
  }

  /** An old release again, content and metadata. */
  static Edit rollback(String namespace, String name, long number) {
    return new Edit() {
      @Override
      public Result of(State state, @Nullable Node item) {
        Releases.Release release = Releases.find(state, namespace, name, number);
        if (release == null || release.action() == Releases.Action.DELETED) {
          return new Impossible(
              new Outcome.Refused(
                  Outcome.Reason.UNKNOWN_RELEASE,
                  "release %d of '%s' %s"
                      .formatted(
                          number,
                          name,
                          release == null
                              ? "does not exist, or is not kept any more"
                              : "is its deletion: there is no content to go back to"),
                  number));
        }
        return new Edition(
            new Content(release.contentType(), release.content()),
            release.metadata(),
            Releases.Action.ROLLED_BACK,
            number,
            Check.ALL,
            true);
      }

      @Override
      public long parsedBytes(@Nullable Node item) {
        return Long.MAX_VALUE; // a release that is found only later
      }
    };
  }

  /** What a merge patch makes of the content. */
  static Edit patch(String namespace, String name, byte[] patch) {
    return new PartEdit(
        namespace,
        name,
        patch.length,
        Format::isPatchable,
        content -> Optional.of(MergePatch.apply(content, patch)));
  }

  /** The content with one property set. */
  static Edit property(String namespace, String name, String key, String value) {
    return new PartEdit(
        namespace,
        name,
        value.length(),
        Format::isEditable,
        content -> inPlace(SingleProperty.set(content, key, value)));
  }

  /** The content without one property. */
  static Edit removal(String namespace, String name, String key) {
    return new PartEdit(
        namespace,
        name,
        0,
        Format::isEditable,
        content -> SingleProperty.remove(content, key).flatMap(Edits::inPlace));
  }

  private static Optional<MergePatch.Patched> inPlace(String text) {
    return Optional.of(new MergePatch.Patched(text, true));
  }

  private static ItemMetadata metadata(Node item) {
    return ItemMetadata.of(item.attributes());
  }

  private static Edit.Impossible unknown(String namespace, String name) {
    return new Edit.Impossible(
        new Outcome.Refused(
            Outcome.Reason.UNKNOWN_ITEM,
            "there is no item '" + name + "' in the namespace '" + namespace + "'"));
  }

  /**
   * A change of a part of the content that is there.
   *
   * @param change tells the content after it; absent if what it is about is not there
   */
  private record PartEdit(
      String namespace,
      String name,
      int changeBytes,
      Function<Format, Boolean> allowed,
      Function<Document, Optional<MergePatch.Patched>> change)
      implements Edit {

    @Override
    public Result of(State state, @Nullable Node item) {
      if (item == null) {
        return unknown(namespace, name);
      }
      Content before = Content.of(item);
      Format format = before.format(name);
      if (!allowed.apply(format)) {
        return new Impossible(
            new Outcome.Refused(
                Outcome.Reason.UNSUPPORTED_FORMAT,
                "the item '" + name + "' is " + before.type() + "; publish its whole content",
                -1,
                Map.of("format", format.contentType())));
      }
      try {
        MergePatch.Patched after =
            change.apply(Document.parse(format, before.data().array())).orElse(null);
        if (after == null) {
          return new Impossible(
              new Outcome.Refused(
                  Outcome.Reason.UNKNOWN_PROPERTY,
                  "the item '" + name + "' has no property with this key"));
        }
        Bytes data = Bytes.utf8(after.text());
        return new Edition(
            new Content(before.type(), data),
            metadata(item),
            Releases.Action.PUBLISHED,
            0,
            Check.SCHEMAS,
            after.inPlace());
      } catch (FormatException impossible) {
        return new Impossible(
            new Outcome.Refused(
                Outcome.Reason.INAPPLICABLE_CHANGE,
                String.valueOf(impossible.getMessage()),
                -1,
                Map.of("problems", impossible.problems())));
      }
    }

    @Override
    public long parsedBytes(@Nullable Node item) {
      return (long) changeBytes + (item == null ? 0 : item.data().length());
    }

    @Override
    public boolean dependsOnContent() {
      return true;
    }

    @Override
    public int attemptsMax() {
      return ConfigLimits.EDIT_ATTEMPTS_MAX;
    }
  }
}
