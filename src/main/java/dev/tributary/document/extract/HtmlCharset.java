package dev.tributary.document.extract;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** Finds the charset that a page declares. */
final class HtmlCharset {
    /** Browsers must look at 1,024 bytes, and look further when a comment or script comes first. */
    private static final int BYTES_MAX = 16 << 10;

    private static final Pattern IN_CONTENT =
            Pattern.compile("(?i)charset\\s*=\\s*[\"']?\\s*([^\\s;\"']{1,64})");

    private static final Pattern XML =
            Pattern.compile(
                    "\\A\\s{0,64}<\\?xml\\s[^>]{0,256}?encoding\\s*=\\s*[\"']\\s*([^\"'\\s]{1,64})");

    private HtmlCharset() {}

    /**
     * The label of the first {@code <meta>} that declares a charset, else that of the XML
     * declaration; null if the page declares none.
     */
    static @Nullable String label(byte[] bytes) {
        int length = Math.min(bytes.length, BYTES_MAX);
        String start = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        for (Element meta : Jsoup.parse(start).select("meta[charset], meta[http-equiv]")) {
            String label = label(meta);
            if (label != null) {
                return label;
            }
        }
        Matcher xml = XML.matcher(start);
        return xml.find() ? xml.group(1) : null;
    }

    private static @Nullable String label(Element meta) {
        String charset = meta.attr("charset").strip();
        if (!charset.isEmpty()) {
            return charset;
        }
        if (!meta.attr("http-equiv").strip().equalsIgnoreCase("content-type")) {
            return null;
        }
        Matcher content = IN_CONTENT.matcher(meta.attr("content"));
        return content.find() ? content.group(1) : null;
    }

    /** The charset of a declared label; null if it is unknown. */
    static @Nullable Charset of(String label) {
        Charset charset = CharsetLabels.find(label);
        // A declaration that can be read byte by byte is not in UTF-16 or UTF-32.
        return charset != null && charset.name().startsWith("UTF-")
                ? StandardCharsets.UTF_8
                : charset;
    }
}
