package dev.tributary.ingest;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a text line by line and finds the units that should stay whole. */
final class Outline {
    private static final Pattern HEADING = Pattern.compile("\\s{0,3}#{1,6}(\\s.*)?");
    private static final Pattern UNDERLINE = Pattern.compile("\\s{0,3}(=+|-+)\\s*");
    private static final Pattern ITEM = Pattern.compile("\\s*([-*+]|\\d{1,9}[.)])\\s.*");
    private static final Pattern FENCE = Pattern.compile("\\s*(`{3,}[^`]*|~{3,}.*)");

    private final String text;
    private final List<Unit> units = new ArrayList<>();
    private final BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    private int start;
    private Block block = Block.NONE;
    private int lines;
    private @Nullable String fence;

    /** What the lines since the start are. */
    private enum Block {
        NONE,
        PARAGRAPH,
        TABLE,
        CODE
    }

    /**
     * A part of the text that should stay whole. Units follow one another without a gap.
     *
     * @param start offset in UTF-16 units
     * @param end offset after the last character, blanks behind it included
     */
    record Unit(int start, int end, Kind kind) {}

    /** What a unit is. */
    enum Kind {
        /** Belongs to what follows it. */
        HEADING,
        SENTENCE,
        /** A table or a fenced code block: cut between lines if it has to be cut. */
        BLOCK
    }

    private Outline(String text) {
        this.text = text;
    }

    /** Returns the units of the text, in order; together they are all of it. */
    static List<Unit> of(String text, ContentType type) {
        var outline = new Outline(text);
        for (int from = 0; from < text.length(); ) {
            int newline = text.indexOf('\n', from);
            int end = newline < 0 ? text.length() : newline + 1;
            String line = text.substring(from, end).stripTrailing();
            switch (type) {
                case PLAIN -> outline.plain(line, from, end);
                case MARKDOWN -> outline.markdown(line, from, end);
            }
            from = end;
        }
        outline.close(text.length());
        return outline.units;
    }

    private void plain(String line, int from, int end) {
        if (line.isBlank()) {
            close(end);
            return;
        }
        open(Block.PARAGRAPH, from);
    }

    private void markdown(String line, int from, int end) {
        if (fence != null) {
            if (closes(line, fence)) {
                close(end);
            }
            return;
        }
        if (line.isBlank()) {
            close(end);
            return;
        }
        if (FENCE.matcher(line).matches()) {
            close(from);
            open(Block.CODE, from);
            fence = run(line.strip());
            return;
        }
        if (HEADING.matcher(line).matches()) {
            close(from);
            add(end, Kind.HEADING);
            return;
        }
        if (block == Block.PARAGRAPH && lines == 1 && UNDERLINE.matcher(line).matches()) {
            block = Block.NONE;
            add(end, Kind.HEADING);
            return;
        }
        boolean row = line.stripLeading().startsWith("|");
        if (ITEM.matcher(line).matches() || row != (block == Block.TABLE)) {
            close(from);
        }
        open(row ? Block.TABLE : Block.PARAGRAPH, from);
    }

    /** The backticks or tildes that a fence begins with. */
    private static String run(String line) {
        int length = 0;
        while (length < line.length() && line.charAt(length) == line.charAt(0)) {
            length++;
        }
        return line.substring(0, length);
    }

    private static boolean closes(String line, String fence) {
        String stripped = line.strip();
        return stripped.startsWith(fence) && run(stripped).equals(stripped);
    }

    /** Adds a line to the open block, or opens one with it. */
    private void open(Block kind, int from) {
        if (block == Block.NONE) {
            block = kind;
            lines = 0;
            // Blank lines in front of it stay with it: every character is in some unit.
            start = Math.min(start, from);
        }
        lines++;
    }

    private void close(int end) {
        switch (block) {
            case NONE -> {}
            case PARAGRAPH -> addSentences(end);
            case TABLE, CODE -> add(end, Kind.BLOCK);
        }
        block = Block.NONE;
        fence = null;
    }

    private void addSentences(int end) {
        int offset = start;
        sentences.setText(text.substring(offset, end));
        sentences.first();
        for (int to = sentences.next(); to != BreakIterator.DONE; to = sentences.next()) {
            add(offset + to, Kind.SENTENCE);
        }
    }

    private void add(int end, Kind kind) {
        if (end > start) {
            units.add(new Unit(start, end, kind));
            start = end;
        }
    }
}
