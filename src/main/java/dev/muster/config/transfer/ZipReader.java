package dev.muster.config.transfer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks a zip archive in memory by the central directory at its end, which says all of every
 * entry. The header before an entry, all that a streaming reader has, lacks what the writer of a
 * pipe did not know yet, and an archive that was cut off between two of them looks like a shorter
 * one. ({@link java.util.zip.ZipFile} reads the directory too, but of a file only.)
 *
 * <p>What an entry says of itself is believed only as far as it turns out to be true: the space for
 * a content is within the limit of all contents together, and entries that name more packed bytes
 * than there are, as only those that share them can, are refused.
 */
final class ZipReader {
  private static final int END = 0x06054B50;
  private static final int END_BYTES = 22;
  private static final int COMMENT_BYTES_MAX = 0xFFFF;
  private static final int ENTRY = 0x02014B50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034B50;
  private static final int LOCAL_BYTES = 30;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ENCRYPTED = 1;
  private static final int MADE_BY_UNIX = 3;
  private static final int UNIX_FILE_TYPE = 0170000;
  private static final int UNIX_LINK = 0120000;

  private final ByteBuffer zip;
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final List<String> links = new ArrayList<>();
  private final Inflater inflater = new Inflater(true);

  /** Where the central directory begins, and no content can be any more. */
  private int directory;

  private long packedLeft;
  private int contentsLeft = TransferLimits.CONTENTS_BYTES_MAX;

  private ZipReader(byte[] bytes) {
    zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static boolean isZip(byte[] bytes) {
    return bytes.length >= END_BYTES
        && bytes[0] == 'P'
        && bytes[1] == 'K'
        && (bytes[2] == 3 || bytes[2] == 5);
  }

  /** What is in a zip archive; a {@link TransferException} if not all of it can be read. */
  static Archive read(byte[] bytes) {
    if (!isZip(bytes)) {
      throw new TransferException("This is no zip archive.");
    }
    ZipReader reader = new ZipReader(bytes);
    try {
      return reader.read();
    } catch (IndexOutOfBoundsException beyond) {
      throw damaged("something in it would be beyond its end");
    } finally {
      reader.inflater.end();
    }
  }

  private Archive read() {
    int end = end();
    int entries = unsigned16(end + 10);
    if (entries > TransferLimits.FILES_MAX) { // ZIP64 has 65,535 here
      throw new TransferException(
          "The archive has more than " + TransferLimits.FILES_MAX + " files.");
    }
    long begin = unsigned32(end + 16);
    long length = unsigned32(end + 12);
    if (begin + length > end) {
      throw damaged("its directory is not where it should be");
    }
    directory = (int) begin;
    packedLeft = directory;
    int entry = directory;
    for (int i = 0; i < entries; i++) {
      entry = take(entry);
    }
    if (entry != begin + length || (entries == 0 && directory > 0)) {
      throw damaged("its directory does not list all that is in it");
    }
    String comment = utf8("of the archive's comment", end + END_BYTES, commentBytes(end));
    return new Archive(files, links, comment);
  }

  /** Where the record is that ends the archive; its comment, the last of all, may look like it. */
  private int end() {
    int last = zip.limit() - END_BYTES;
    for (int end = last; end >= Math.max(0, last - COMMENT_BYTES_MAX); end--) {
      if (zip.getInt(end) == END && end + END_BYTES + commentBytes(end) == zip.limit()) {
        return end;
      }
    }
    throw damaged("its end is missing");
  }

  private int commentBytes(int end) {
    return unsigned16(end + 20);
  }

  /** Where the next entry of the directory is. */
  private int take(int entry) {
    if (zip.getInt(entry) != ENTRY) {
      throw damaged("its directory cannot be read");
    }
    int nameBytes = unsigned16(entry + 28);
    String name = utf8("of a file's name", entry + ENTRY_BYTES, nameBytes).replace('\\', '/');
    if (isLink(entry)) {
      links.add(name);
    } else if (!name.endsWith("/") && files.put(name, content(name, entry)) != null) {
      throw new TransferException(name, "The archive has this file twice.");
    }
    return entry + ENTRY_BYTES + nameBytes + unsigned16(entry + 30) + unsigned16(entry + 32);
  }

  /** A link's content is where it leads to, on the machine that it comes from. */
  private boolean isLink(int entry) {
    int mode = zip.getInt(entry + 38) >>> 16;
    return zip.get(entry + 5) == MADE_BY_UNIX && (mode & UNIX_FILE_TYPE) == UNIX_LINK;
  }

  private byte[] content(String name, int entry) {
    int method = unsigned16(entry + 10);
    if ((unsigned16(entry + 8) & ENCRYPTED) != 0) {
      throw new TransferException(name, "It is encrypted, which an import cannot read.");
    }
    if (method != STORED && method != DEFLATED) {
      throw new TransferException(
          name, "It is packed by zip's method " + method + "; use 'deflate', the usual one.");
    }
    long packed = unsigned32(entry + 20);
    long length = unsigned32(entry + 24);
    if (length > contentsLeft) {
      throw new TransferException(
          "The archive's files have more than "
              + TransferLimits.CONTENTS_BYTES_MAX
              + " bytes together.");
    }
    long local = unsigned32(entry + 42);
    if (local > directory - LOCAL_BYTES || zip.getInt((int) local) != LOCAL) {
      throw damaged(name + " is not where it should be");
    }
    long start = local + LOCAL_BYTES + unsigned16((int) local + 26) + unsigned16((int) local + 28);
    packedLeft -= packed;
    if (start + packed > directory || packedLeft < 0) {
      throw damaged(name + " is not where it should be");
    }
    contentsLeft -= (int) length;
    byte[] content = new byte[(int) length];
    boolean whole =
        method == DEFLATED
            ? inflate((int) start, (int) packed, content)
            : copy((int) start, (int) packed, content);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    if (!whole || checksum.getValue() != unsigned32(entry + 16)) {
      throw damaged(name + " is not what was packed");
    }
    return content;
  }

  private boolean copy(int start, int packed, byte[] content) {
    if (packed != content.length) {
      return false;
    }
    zip.get(start, content);
    return true;
  }

  /** Whether the content is all that was packed. */
  private boolean inflate(int start, int packed, byte[] content) {
    inflater.reset();
    inflater.setInput(zip.array(), start, packed);
    try {
      int length = 0;
      while (length < content.length) {
        int more = inflater.inflate(content, length, content.length - length);
        if (more == 0) {
          return false;
        }
        length += more;
      }
      return inflater.inflate(new byte[1]) == 0 && inflater.finished();
    } catch (DataFormatException damaged) {
      return false;
    }
  }

  private int unsigned16(int at) {
    return zip.getShort(at) & 0xFFFF;
  }

  private long unsigned32(int at) {
    return zip.getInt(at) & 0xFFFFFFFFL;
  }

  private String utf8(String what, int at, int length) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(zip.slice(at, length)).toString();
    } catch (CharacterCodingException malformed) {
      throw damaged("the text " + what + " is not UTF-8");
    }
  }

  private static TransferException damaged(String how) {
    return new TransferException("The archive is damaged: " + how + ".");
  }
}
