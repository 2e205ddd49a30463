package dev.tributary.document.extract;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names of charsets as browsers read them: many labels name a superset of the charset that they
 * were registered for, because that is what files with the label contain.
 */
final class CharsetLabels {
    /**
     * From the tables of the WHATWG Encoding Standard: the charset in Java, then its labels. Labels
     * that are the name in Java, in lower case, are not repeated.
     */
    private static final String TABLE =
            """
            UTF-8: unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8
            IBM866: 866 cp866 csibm866
            ISO-8859-2: csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
            ISO-8859-3: csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
            ISO-8859-4: csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
            ISO-8859-5: csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 \
            iso_8859-5:1988
            ISO-8859-6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 \
            iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
            ISO-8859-7: csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 \
            iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek
            ISO-8859-8: csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8-e iso-8859-8-i \
            iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 logical visual
            ISO-8859-13: iso8859-13 iso885913
            ISO-8859-15: csisolatin9 iso8859-15 iso885915 iso_8859-15 l9
            ISO-8859-16:
            KOI8-R: cskoi8r koi koi8 koi8_r
            KOI8-U: koi8-ru
            x-MacRoman: csmacintosh mac macintosh x-mac-roman
            x-windows-874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
            windows-1250: cp1250 x-cp1250
            windows-1251: cp1251 x-cp1251
            windows-1252: ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 \
            iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii x-cp1252 \
            x-user-defined
            windows-1253: cp1253 x-cp1253
            windows-1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 \
            iso_8859-9:1989 l5 latin5 x-cp1254
            windows-1255: cp1255 x-cp1255
            windows-1256: cp1256 x-cp1256
            windows-1257: cp1257 x-cp1257
            windows-1258: cp1258 x-cp1258
            x-MacUkraine: x-mac-cyrillic x-mac-ukrainian
            GB18030: chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk
            Big5-HKSCS: big5 cn-big5 csbig5 x-x-big5
            EUC-JP: cseucpkdfmtjapanese x-euc-jp
            x-windows-iso2022jp: csiso2022jp iso-2022-jp
            windows-31j: csshiftjis ms932 ms_kanji shift-jis shift_jis sjis x-sjis
            x-windows-949: cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 \
            ks_c_5601-1989 ksc5601 ksc_5601 windows-949
            UTF-16BE: unicodefffe
            UTF-16LE: csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16
            """;

    private static final Map<String, Charset> BY_LABEL = byLabel();

    /** What Java splits into charsets of their own, and browsers read as one. */
    private static final Map<Charset, List<Charset>> SIBLINGS =
            Map.of(
                    Charset.forName("GB18030"), List.of(Charset.forName("x-mswin-936")),
                    Charset.forName("Big5-HKSCS"), List.of(Charset.forName("x-windows-950")),
                    Charset.forName("EUC-JP"), List.of(Charset.forName("x-eucJP-Open")));

    private CharsetLabels() {}

    private static Map<String, Charset> byLabel() {
        Map<String, Charset> byLabel = new HashMap<>();
        for (String row : TABLE.lines().toList()) {
            int colon = row.indexOf(':');
            Charset charset = Charset.forName(row.substring(0, colon));
            byLabel.put(row.substring(0, colon).toLowerCase(Locale.ROOT), charset);
            for (String label : row.substring(colon + 1).strip().split(" ", -1)) {
                byLabel.put(label, charset);
            }
        }
        byLabel.remove("");
        return Map.copyOf(byLabel);
    }

    /**
     * The charset that a label names; null if it is unknown. Names that only Java knows, such as
     * IBM437, are known too.
     */
    static @Nullable Charset find(String label) {
        String bare = label.strip().toLowerCase(Locale.ROOT);
        Charset charset = BY_LABEL.get(bare);
        if (charset != null) {
            return charset;
        }
        try {
            return Charset.forName(bare);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
            return null;
        }
    }

    /** The charsets to decode with, in order: the first that the bytes are valid in is right. */
    static List<Charset> candidates(Charset charset) {
        return Stream.concat(Stream.of(charset), SIBLINGS.getOrDefault(charset, List.of()).stream())
                .toList();
    }
}
