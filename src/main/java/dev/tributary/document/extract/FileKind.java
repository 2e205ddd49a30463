package dev.tributary.document.extract;

import dev.tributary.failure.ServiceException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The kind of a file, detected from its first bytes. */
enum FileKind {
    PDF("a PDF", "%PDF-"),
    ZIP("a zip archive or an office document", "PK\3\4"),
    EMPTY_ZIP("an empty zip archive", "PK\5\6"),
    GZIP("compressed by gzip", "\u001f\u008b"),
    BZIP2("compressed by bzip2", "BZh"),
    XZ("compressed by xz", "\u00fd7zXZ\0"),
    ZSTD("compressed by zstd", "(\u00b5/\u00fd"),
    SEVEN_ZIP("a 7z archive", "7z\u00bc\u00af'\u001c"),
    RAR("a rar archive", "Rar!\u001a\u0007"),
    PNG("an image", "\u0089PNG\r\n"),
    JPEG("an image", "\u00ff\u00d8\u00ff"),
    GIF("an image", "GIF8"),
    OLE("an old office document", "\u00d0\u00cf\u0011\u00e0");

    /** The number of bytes needed to detect any kind. */
    static final int BYTES_MAX = 8;

    private final String description;

    /** One character for each byte. */
    private final String start;

    FileKind(String description, String start) {
        this.description = description;
        this.start = start;
    }

    /** Detects the kind; null for a file that may be text. */
    static @Nullable FileKind of(byte[] bytes) {
        int length = Math.min(bytes.length, BYTES_MAX);
        String begin = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        for (FileKind kind : values()) {
            if (begin.startsWith(kind.start)) {
                return kind;
            }
        }
        return null;
    }

    /**
     * Refuses a file whose bytes do not match its declared type.
     *
     * @throws ServiceException {@code UNSUPPORTED}
     */
    static void require(ContentType type, byte[] bytes) {
        FileKind kind = of(bytes);
        if (kind != null && (kind != PDF || type != ContentType.PDF)) {
            throw ServiceException.unsupported(
                            "the file is %s, but was sent as %s"
                                    .formatted(kind.description, type.mediaType()))
                    .withHint("send %s, uncompressed".formatted(ContentType.NAMES));
        }
    }
}
