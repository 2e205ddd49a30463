package dev.tributary.document.extract;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recognises UTF-16 and UTF-32 without a byte order mark. Blanks, line ends and Latin letters have
 * bytes of zero in these charsets, and text in any other charset has none.
 */
final class WideText {
    private static final int SAMPLE_BYTES_MAX = 64 << 10;

    /** Text in UTF-8 has next to no control characters; read as bytes, UTF-16 has many. */
    private static final double CONTROLS_OF_UTF8_MAX = 0.1;

    private WideText() {}

    /** The charset of a text; null if it is not UTF-16 or UTF-32, or that cannot be told. */
    static @Nullable Charset detect(byte[] bytes) {
        int length = Math.min(bytes.length, SAMPLE_BYTES_MAX) & ~3;
        // A text of one or three units of UTF-16 is its own sample.
        byte[] sample = Arrays.copyOf(bytes, length < 4 ? bytes.length : length);
        if (!hasZero(sample)) {
            return null;
        }
        for (Charset utf32 : List.of(StandardCharsets.UTF_32LE, StandardCharsets.UTF_32BE)) {
            if (bytes.length % 4 == 0 && isText(decoded(sample, utf32))) {
                return utf32;
            }
        }
        return bytes.length % 2 == 0 ? utf16(sample) : null;
    }

    private static @Nullable Charset utf16(byte[] sample) {
        CharBuffer utf8 = decoded(sample, StandardCharsets.UTF_8);
        if (utf8 != null && utf8.chars().filter(WideText::isControl).count() < few(sample)) {
            return null;
        }
        int fewest = utf8 == null ? Integer.MAX_VALUE : sample.length / 4;
        Charset best = null;
        for (Charset utf16 : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            CharBuffer text = decoded(sample, utf16);
            // The wrong order of bytes scatters the letters of a script over many.
            int rows = isText(text) ? rows(text) : Integer.MAX_VALUE;
            if (rows < fewest || (best == null && rows == fewest && rows < Integer.MAX_VALUE)) {
                best = utf16;
                fewest = rows;
            }
        }
        return best;
    }

    private static double few(byte[] sample) {
        return sample.length * CONTROLS_OF_UTF8_MAX;
    }

    private static boolean hasZero(byte[] sample) {
        for (byte b : sample) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    /** Decodes a sample, whose last character may be cut; null if it is malformed. */
    private static @Nullable CharBuffer decoded(byte[] sample, Charset charset) {
        var text = CharBuffer.allocate(sample.length);
        boolean isError =
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)
                        .decode(ByteBuffer.wrap(sample), text, false)
                        .isError();
        return isError ? null : text.flip();
    }

    private static boolean isText(@Nullable CharBuffer text) {
        return text != null
                && text.codePoints()
                        .allMatch(c ->
                                Character.isDefined(c)
                                        && !isControl(c)
                                        && Character.getType(c) != Character.PRIVATE_USE);
    }

    private static boolean isControl(int c) {
        return (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0xFFFE;
    }

    /** How many rows of 256 characters are in use. */
    private static int rows(@Nullable CharBuffer text) {
        var rows = new BitSet();
        if (text != null) {
            text.chars().forEach(c -> rows.set(c >> 8));
        }
        return rows.cardinality();
    }
}
