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
 * The tokenizer of a model, as its {@code tokenizer.json} defines it: the tokens of a text, between
 * the special tokens that the model needs before and after it. Thread-safe.
 *
 * <p>A long text is tokenized in segments that end at blanks or between ideographs, which no token
 * of a BERT-like model spans. Each native call then holds its thread for milliseconds, not for the
 * seconds that 1 MB takes. Other models may get an extra token at such an end.
 */
final class TextTokenizer implements AutoCloseable {
    /**
     * The last window has at least this fraction of a window, as a divisor: fewer words say too
     * little.
     */
    private static final int SHORTEST = 10;

    private static final int SEGMENT_CHARACTERS = 32_768;
    private static final char REPLACEMENT = '\uFFFD';

    private final HuggingFaceTokenizer tokenizer;
    private final long[] before;
    private final long[] behind;
    private final long letter;

    /**
     * The part of a text that the model reads.
     *
     * @param windows consecutive parts of the text, at least one: the ids of their tokens, between
     *     special tokens
     * @param tokens tokens of the whole text, special tokens counted once
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

    /** A window of this many tokens, including special tokens, for a trial run of a model. */
    long[] sample(int tokens) {
        long[] ids = new long[tokens - special()];
        Arrays.fill(ids, letter);
        return window(ids, 0, ids.length);
    }

    /**
     * Loads a tokenizer.
     *
     * @param json a Hugging Face {@code tokenizer.json}; its settings for truncation and padding
     *     are ignored
     */
    static TextTokenizer load(InputStream json) throws IOException {
        var options = Map.of("truncation", "false", "padding", "false");
        return new TextTokenizer(HuggingFaceTokenizer.newInstance(json, options));
    }

    /**
     * Returns what a model reads of the text.
     *
     * @param tokensMax most tokens of one window, including special tokens
     * @param windowsMax most windows; text beyond them is cut off
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

    /**
     * Full windows; the last two share their tokens evenly if the last would have less than a
     * tenth.
     */
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

    /** Returns the positions of the tokens of the whole text, without special tokens. */
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

    /** Converts spans, which count code points, to offsets in UTF-16 units. */
    private static void add(
            Tokens.Builder tokens, String segment, int base, @Nullable CharSpan[] spans) {
        int[] units = units(segment);
        for (@Nullable CharSpan span : spans) {
            if (span != null) {
                // Offsets may go backwards, as a normalizer may reorder characters.
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

    /** Also checks the next character: a combining mark would belong to the blank or ideograph. */
    private static boolean isBoundary(char before, char after) {
        boolean blank = before == ' ' || before == '\n';
        return (blank && isPlain(after)) || (isIdeograph(before) && isIdeograph(after));
    }

    /** The block of which the model's tokenizer makes one token per character. */
    private static boolean isIdeograph(char c) {
        return c >= 0x4E00 && c <= 0x9FFF;
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 127;
    }

    /** Halves of surrogate pairs, which the native code refuses, become U+FFFD. */
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
