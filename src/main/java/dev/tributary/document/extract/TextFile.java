package dev.tributary.document.extract;

import dev.tributary.failure.ServiceException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes text files as browsers do, but malformed bytes are refused, never replaced. */
public final class TextFile {
    /** The byte order marks; the longer ones first. */
    private static final List<Mark> MARKS =
            List.of(
                    new Mark("UTF-32LE", 0xFF, 0xFE, 0, 0),
                    new Mark("UTF-32BE", 0, 0, 0xFE, 0xFF),
                    new Mark("UTF-8", 0xEF, 0xBB, 0xBF),
                    new Mark("UTF-16LE", 0xFF, 0xFE),
                    new Mark("UTF-16BE", 0xFE, 0xFF));

    private TextFile() {}

    /** A byte order mark. */
    private static final class Mark {
        private final Charset charset;
        private final int[] bytes;

        Mark(String charset, int... bytes) {
            this.charset = Charset.forName(charset);
            this.bytes = bytes;
        }
    }

    /**
     * Decodes a file. The charset is that of the byte order mark, else the one that the sender
     * declared, else UTF-16 or UTF-32 if the bytes are that, else for HTML the one that the page
     * declares, else UTF-8. A page that declares an unknown charset is read as UTF-8.
     *
     * @throws ServiceException {@code IMPOSSIBLE}, code {@code wrong_charset}, with the position of
     *     the first malformed byte
     */
    static String decode(byte[] bytes, @Nullable Charset named, ContentType type) {
        for (Mark mark : MARKS) {
            if (startsWith(bytes, mark.bytes)) {
                return decode(bytes, mark.bytes.length, mark.charset, null);
            }
        }
        boolean mayBeWide = named == null || named.name().startsWith("UTF-16");
        Charset wide = mayBeWide ? WideText.detect(bytes) : null;
        if (wide != null) {
            return decode(bytes, 0, wide, null);
        }
        if (named != null) {
            return decode(bytes, 0, named, null);
        }
        String label = type == ContentType.HTML ? HtmlCharset.label(bytes) : null;
        Charset own = label == null ? null : HtmlCharset.of(label);
        return own == null
                ? decode(bytes, 0, StandardCharsets.UTF_8, label)
                : decode(bytes, 0, own, null);
    }

    /**
     * Returns the charset that a label names, as browsers read it.
     *
     * @param field the field that declared it
     * @throws ServiceException {@code INVALID} if it is unknown
     */
    public static Charset charset(String field, String label) {
        Charset charset = CharsetLabels.find(label);
        if (charset == null) {
            throw ServiceException.invalid(field, "declares the unknown charset " + label)
                    .withHint(
                            "send it in UTF-8, or declare a charset that browsers know, such as"
                                    + " windows-1252");
        }
        return charset;
    }

    private static String decode(
            byte[] bytes, int from, Charset charset, @Nullable String unknownLabel) {
        List<ServiceException> failures = new ArrayList<>();
        for (Charset candidate : CharsetLabels.candidates(charset)) {
            try {
                return decode(bytes, from, candidate);
            } catch (MalformedBytes e) {
                failures.add(wrong(candidate, e.position, unknownLabel));
            }
        }
        throw failures.getFirst();
    }

    private static String decode(byte[] bytes, int from, Charset charset) throws MalformedBytes {
        CharsetDecoder decoder =
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        var buffer = CharBuffer.allocate(8_192);
        var text = new StringBuilder(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, buffer, true);
            text.append(buffer.flip());
            buffer.clear();
            if (result.isError()) {
                if (!isControl(charset, result, bytes[in.position()])) {
                    throw new MalformedBytes(in.position());
                }
                text.append((char) (in.get() & 0xFF));
            } else if (result.isUnderflow()) {
                decoder.flush(buffer);
                return text.append(buffer.flip()).toString();
            }
        }
    }

    /** Browsers read the bytes that windows-1252 and its like leave free as control characters. */
    private static boolean isControl(Charset charset, CoderResult result, byte b) {
        return result.isUnmappable()
                && charset.name().startsWith("windows-125")
                && (b & 0xFF) >= 0x80
                && (b & 0xFF) < 0xA0;
    }

    private static ServiceException wrong(
            Charset charset, int position, @Nullable String unknownLabel) {
        String declare =
                "send it in UTF-8, or declare its charset: Content-Type: text/plain;"
                        + " charset=windows-1252";
        String hint =
                charset.equals(StandardCharsets.UTF_8)
                        ? declare
                        : "declare the charset that it is in, or send it in UTF-8";
        return ServiceException.impossible(
                        "wrong_charset",
                        "content",
                        "is not %s at byte %,d".formatted(charset.name(), position))
                .withHint(
                        unknownLabel == null
                                ? hint
                                : "it declares the unknown charset %s; %s"
                                        .formatted(unknownLabel, declare));
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        if (bytes.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xFF) != start[i]) {
                return false;
            }
        }
        return true;
    }

    /** Bytes that are not of the charset. */
    private static final class MalformedBytes extends Exception {
        private static final long serialVersionUID = 1;

        private final int position;

        MalformedBytes(int position) {
            super(null, null, false, false);
            this.position = position;
        }
    }
}
