package dev.tributary.embedding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model, as its {@code tokenizer.json} says: the tokens of a text, between the
 * special ones that the model wants before and behind it. Thread-safe.
 *
 * <p>A long text is handed over in segments that end at blanks or between ideographs, which no
 * token of a BERT-like model lies across: the native call then holds its thread for milliseconds,
 * not for the seconds that 1 MB takes. Other models may get a token more at such an end.
 */
final class TextTokenizer implements AutoCloseable {
    /**
     * What part of a window the last one has at least, as a divisor: fewer words say too little.
     */
    private static final int SHORTEST = 10;

    private static final int SEGMENT_CHARACTERS = 32_768;
    private static final char REPLACEMENT = '\uFFFD';

    private final HuggingFaceTokenizer tokenizer;
    private final long[] before;
    private final long[] behind;
    private final long letter;

    /**
     * What the model reads of a text.
     *
     * @param windows consecutive parts of the text, at least one: the ids of their tokens, each
     *     between special ones
     * @param tokens of the whole text, special ones counted once
     */
    record Input(List<long[]> windows, int tokens) {}

    private TextTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        Encoding encoded = tokenizer.encode("a", true, false);
        long[] ids = encoded.getIds();
        long[] special = encoded.getSpecialTokenMask();
        int start = 0;
        while (start < ids.length && special[start] == 1) {
            start++;
        }
        if (start == ids.length) {
            throw new IllegalArgumentException("expected a tokenizer with a token for \"a\"");
        }
        int end = ids.length;
        while (special[end - 1] == 1) {
            end--;
        }
        before = Arrays.copyOf(ids, start);
        behind = Arrays.copyOfRange(ids, end, ids.length);
        letter = ids[start];
    }

    /** How many special tokens a window has. */
    int special() {
        return before.length + behind.length;
    }

    /** A window of so many tokens, special ones included, for trying out a model. */
    long[] sample(int tokens) {
        long[] ids = new long[tokens - special()];
        Arrays.fill(ids, letter);
        return window(ids, 0, ids.length);
    }

    /**
     * Loads a tokenizer.
     *
     * @param json a Hugging Face {@code tokenizer.json}; what it says of truncation and padding is
     *     not followed
     */
    static TextTokenizer load(InputStream json) throws IOException {
        var options = Map.of("truncation", "false", "padding", "false");
        return new TextTokenizer(HuggingFaceTokenizer.newInstance(json, options));
    }

    /**
     * Returns what a model reads of the text.
     *
     * @param tokensMax of one window, special ones included
     * @param windowsMax what would need more of them is cut off
     */
    Input input(String text, int tokensMax, int windowsMax) {
        String readable = wellFormed(text);
        int idsMax = (tokensMax - special()) * windowsMax;
        long[] ids = {};
        int tokens = special();
        for (int start = 0; start < readable.length(); ) {
            int end = segmentEnd(readable, start);
            long[] segment = encode(readable.substring(start, end)).getIds();
            int kept = ids.length;
            int room = Math.min(segment.length, idsMax - kept);
            ids = Arrays.copyOf(ids, kept + room);
            System.arraycopy(segment, 0, ids, kept, room);
            tokens += segment.length;
            start = end;
        }
        return new Input(windows(ids, tokensMax - special()), tokens);
    }

    /** Full windows; the last two share evenly if the last would have less than a tenth. */
    private List<long[]> windows(long[] ids, int size) {
        List<long[]> windows = new ArrayList<>();
        int start = 0;
        while (ids.length - start > size) {
            int left = ids.length - start;
            int end = start + (left < size + size / SHORTEST ? (left + 1) / 2 : size);
            windows.add(window(ids, start, end));
            start = end;
        }
        windows.add(window(ids, start, ids.length));
        return List.copyOf(windows);
    }

    private long[] window(long[] ids, int start, int end) {
        int length = end - start;
        long[] window = new long[length + special()];
        System.arraycopy(before, 0, window, 0, before.length);
        System.arraycopy(ids, start, window, before.length, length);
        System.arraycopy(behind, 0, window, before.length + length, behind.length);
        return window;
    }

    /** Returns where the tokens of the whole text are, without the special ones. */
    Tokens tokenize(String text) {
        String readable = wellFormed(text);
        var tokens = new Tokens.Builder();
        for (int start = 0; start < readable.length(); ) {
            int end = segmentEnd(readable, start);
            String segment = readable.substring(start, end);
            add(tokens, segment, start, encode(segment).getCharTokenSpans());
            start = end;
        }
        return tokens.build(special());
    }

    /** Spans count code points, offsets UTF-16 units. */
    private static void add(
            Tokens.Builder tokens, String segment, int base, @Nullable CharSpan[] spans) {
        int[] units = units(segment);
        for (@Nullable CharSpan span : spans) {
            if (span != null) {
                // May go backwards, as a normaliser may change the order of characters.
                tokens.add(base + units[span.getStart()], base + units[span.getEnd()]);
            }
        }
    }

    /** The UTF-16 offset of each code point, and of the end. */
    private static int[] units(String segment) {
        int[] units = new int[segment.length() + 1];
        int codePoints = 0;
        for (int i = 0; i < segment.length(); i += Character.charCount(segment.codePointAt(i))) {
            units[codePoints++] = i;
        }
        units[codePoints] = segment.length();
        return units;
    }

    private Encoding encode(String segment) {
        return tokenizer.encode(segment, false, false);
    }

    private static int segmentEnd(String text, int start) {
        for (int end = start + SEGMENT_CHARACTERS; end < text.length(); end++) {
            if (isBoundary(text.charAt(end - 1), text.charAt(end))) {
                return end;
            }
        }
        return text.length();
    }

    /** Looks at what follows, too: a combining mark would belong to the blank or ideograph. */
    private static boolean isBoundary(char before, char after) {
        boolean blank = before == ' ' || before == '\n';
        return (blank && isPlain(after)) || (isIdeograph(before) && isIdeograph(after));
    }

    /** The block that the model's tokenizer sets apart, one token a character. */
    private static boolean isIdeograph(char c) {
        return c >= 0x4E00 && c <= 0x9FFF;
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 127;
    }

    /** Halves of surrogate pairs, which the native side refuses, become U+FFFD. */
    static String wellFormed(String text) {
        if (text.codePoints().noneMatch(TextTokenizer::isHalf)) {
            return text;
        }
        var fixed = new StringBuilder(text.length());
        text.codePoints().map(c -> isHalf(c) ? REPLACEMENT : c).forEach(fixed::appendCodePoint);
        return fixed.toString();
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
