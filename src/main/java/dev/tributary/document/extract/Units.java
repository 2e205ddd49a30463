package dev.tributary.document.extract;

import dev.tributary.document.extract.Unit.Head;
import dev.tributary.document.extract.Unit.Kind;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects the units and headings of a text, in order. For one thread. */
final class Units {
    private static final int HEADING_LENGTH_MAX = 256;

    private final List<Unit> units = new ArrayList<>();
    private final List<Heading> headings = new ArrayList<>();
    private final BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    private int end;

    /** The offset at which the next unit starts. */
    int end() {
        return end;
    }

    /** Ends the current unit, unless it is empty. */
    void add(int to, Kind kind) {
        if (to > end) {
            units.add(new Unit(end, to, kind));
            end = to;
        }
    }

    /**
     * Adds a table or code block.
     *
     * @param headLength length of the rows of headers at its start; 0 if there are none
     */
    void addBlock(int to, int headLength) {
        if (to > end) {
            Head head = headLength == 0 ? null : new Head(end, end + headLength);
            units.add(new Unit(end, to, Kind.BLOCK, head));
            end = to;
        }
    }

    /**
     * Adds a heading.
     *
     * @param level 1 to 6
     * @param title shortened to 256 characters; a blank one is not added to the headings
     */
    void addHeading(int to, int level, String title) {
        int start = end;
        add(to, Kind.HEADING);
        String bare = title.strip();
        if (!bare.isEmpty()) {
            headings.add(new Heading(start, level, cut(bare)));
        }
    }

    /** Adds the sentences up to an offset. */
    void addSentences(CharSequence text, int to) {
        int offset = end;
        sentences.setText(text.subSequence(offset, to).toString());
        sentences.first();
        for (int next = sentences.next(); next != BreakIterator.DONE; next = sentences.next()) {
            add(offset + next, Kind.SENTENCE);
        }
    }

    List<Unit> all() {
        return List.copyOf(units);
    }

    List<Heading> headings() {
        return List.copyOf(headings);
    }

    private static String cut(String title) {
        if (title.length() <= HEADING_LENGTH_MAX) {
            return title;
        }
        int length = HEADING_LENGTH_MAX - 1;
        boolean isPair = Character.isHighSurrogate(title.charAt(length - 1));
        return title.substring(0, isPair ? length - 1 : length) + "…";
    }
}
