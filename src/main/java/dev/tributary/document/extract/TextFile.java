package dev.tributary.document.extract;

import dev.tributary.failure.ServiceException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decodes text files. Malformed bytes are refused, never replaced. */
public final class TextFile {
    /** Browsers search only this many bytes for the declaration. */
    private static final int META_BYTES_MAX = 1_024;

    private static final Pattern META =
            Pattern.compile("(?i)<meta[^>]{1,512}?charset\\s*=\\s*[\"']?\\s*([\\w.:-]{1,40})");

    private TextFile() {}

    /**
     * Decodes a file. The charset is that of the byte order mark, otherwise the one that the sender
     * declared, otherwise for HTML that of its {@code <meta>}, otherwise UTF-8.
     *
     * @throws ServiceException {@code IMPOSSIBLE}, code {@code wrong_charset}, with the position of
     *     the first malformed byte
     */
    static String decode(byte[] bytes, @Nullable Charset named, ContentType type) {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            return decode(bytes, 3, StandardCharsets.UTF_8);
        }
        if (startsWith(bytes, 0xFF, 0xFE)) {
            return decode(bytes, 2, StandardCharsets.UTF_16LE);
        }
        if (startsWith(bytes, 0xFE, 0xFF)) {
            return decode(bytes, 2, StandardCharsets.UTF_16BE);
        }
        if (named != null) {
            return decode(bytes, 0, named);
        }
        Charset own = type == ContentType.HTML ? metaCharset(bytes) : null;
        return decode(bytes, 0, own == null ? StandardCharsets.UTF_8 : own);
    }

    /**
     * Returns the charset of this name.
     *
     * @param field the field that declared it
     * @throws ServiceException {@code INVALID} if it is unknown
     */
    public static Charset charset(String field, String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw ServiceException.invalid(field, "declares the unknown charset " + name);
        }
    }

    private static @Nullable Charset metaCharset(byte[] bytes) {
        int length = Math.min(bytes.length, META_BYTES_MAX);
        Matcher meta = META.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        if (!meta.find()) {
            return null;
        }
        Charset own = charset("content", meta.group(1));
        // As the WHATWG encoding standard says; UTF-16 cannot be declared in ASCII bytes.
        if (own.equals(StandardCharsets.ISO_8859_1)) {
            return Charset.forName("windows-1252");
        }
        return own.name().startsWith("UTF-16") ? StandardCharsets.UTF_8 : own;
    }

    private static String decode(byte[] bytes, int from, Charset charset) {
        CharsetDecoder decoder =
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        var buffer = CharBuffer.allocate(8_192);
        var text = new StringBuilder(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, buffer, true);
            if (result.isError()) {
                throw wrong(charset, in.position());
            }
            boolean isLast = result.isUnderflow() && decoder.flush(buffer).isUnderflow();
            text.append(buffer.flip());
            buffer.clear();
            if (isLast) {
                return text.toString();
            }
        }
    }

    private static ServiceException wrong(Charset charset, int position) {
        return ServiceException.impossible(
                        "wrong_charset",
                        "content",
                        "is not %s at byte %,d".formatted(charset.name(), position))
                .withHint(
                        charset.equals(StandardCharsets.UTF_8)
                                ? "send it in UTF-8, or declare its charset: Content-Type: text/plain; charset=windows-1252"
                                : "declare the charset that it is in, or send it in UTF-8");
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
}
