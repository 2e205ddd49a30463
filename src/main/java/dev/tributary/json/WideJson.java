package dev.tributary.json;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * JSON, or other text that begins with ASCII, in UTF-16 or UTF-32, read as UTF-8 in constant
 * memory. Not for use by several threads.
 */
public final class WideJson extends InputStream {
    private static final int CHARACTERS = 16 * 1024;
    private static final int PROBE_BYTES = 4;

    private final Reader reader;
    private final CharBuffer characters = CharBuffer.allocate(CHARACTERS);
    private byte[] bytes = new byte[0];
    private int position;

    private WideJson(InputStream in, Charset charset) {
        reader =
                new InputStreamReader(
                        in,
                        charset.newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    /**
     * Returns a stream of UTF-8: the same one if it is not in UTF-16 or UTF-32. Looks at the byte
     * order mark, and at the first character, which is of one byte in UTF-8.
     */
    public static InputStream toUtf8(BufferedInputStream in) throws IOException {
        in.mark(PROBE_BYTES);
        byte[] start = in.readNBytes(PROBE_BYTES);
        in.reset();
        Charset charset = charset(start);
        if (charset == null) {
            return in;
        }
        in.skipNBytes(markLength(start));
        return new WideJson(in, charset);
    }

    private static @Nullable Charset charset(byte[] start) {
        if (start.length < 2) {
            return null;
        }
        int first = unit(start, 0);
        int second = start.length < PROBE_BYTES ? -1 : unit(start, 2);
        if (first == 0xFFFE || ((first & 0xFF) == 0 && first != 0)) {
            return second == 0 ? Charset.forName("UTF-32LE") : StandardCharsets.UTF_16LE;
        }
        if (first == 0xFEFF || ((first >> 8) == 0 && first != 0)) {
            return StandardCharsets.UTF_16BE;
        }
        return first == 0 && second > 0 ? Charset.forName("UTF-32BE") : null;
    }

    /** The decoders of one byte order do not skip its mark. */
    private static int markLength(byte[] start) {
        int first = unit(start, 0);
        if (first == 0xFFFE) {
            return start.length == PROBE_BYTES && unit(start, 2) == 0 ? 4 : 2;
        }
        if (first == 0xFEFF) {
            return 2;
        }
        boolean isUtf32 = first == 0 && start.length == PROBE_BYTES;
        return isUtf32 && unit(start, 2) == 0xFEFF ? 4 : 0;
    }

    private static int unit(byte[] bytes, int offset) {
        return ((bytes[offset] & 0xFF) << 8) | (bytes[offset + 1] & 0xFF);
    }

    @Override
    public int read() throws IOException {
        return fill() ? bytes[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (!fill()) {
            return -1;
        }
        int read = Math.min(count, bytes.length - position);
        System.arraycopy(bytes, position, target, offset, read);
        position += read;
        return read;
    }

    /** Makes sure that there are bytes; false at the end. */
    private boolean fill() throws IOException {
        while (position == bytes.length) {
            if (reader.read(characters) < 0) {
                return false;
            }
            characters.flip();
            boolean isCut = Character.isHighSurrogate(characters.get(characters.limit() - 1));
            int whole = characters.limit() - (isCut ? 1 : 0);
            bytes = characters.slice(0, whole).toString().getBytes(StandardCharsets.UTF_8);
            position = 0;
            characters.position(whole).compact();
        }
        return true;
    }
}
