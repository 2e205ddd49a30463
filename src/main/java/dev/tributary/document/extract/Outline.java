package dev.tributary.document.extract;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a text line by line and finds the units that should stay whole. */
final class Outline {
    private static final Pattern HEADING = Pattern.compile("\\s{0,3}#{1,6}(\\s.*)?");
    private static final Pattern UNDERLINE = Pattern.compile("\\s{0,3}(=+|-+)\\s*");
    private static final Pattern ITEM = Pattern.compile("\\s*([-*+]|\\d{1,9}[.)])\\s.*");
    private static final Pattern FENCE = Pattern.compile("\\s*(`{3,}[^`]*|~{3,}.*)");

    private final String text;
    private final Units units = new Units();
    private int blockStart;
    private Block block = Block.NONE;
    private int lines;
    private @Nullable String fence;

    /** The kind of the lines since the start of the block. */
    private enum Block {
        NONE,
        PARAGRAPH,
        TABLE,
        CODE
    }

    private Outline(String text) {
        this.text = text;
    }

    /** Reads paragraphs between blank lines. */
    static ExtractedDocument plain(String text) {
        return read(text, false);
    }

    /** Reads Markdown; its title is the first heading of level 1. */
    static ExtractedDocument markdown(String text) {
        return read(text, true);
    }

    private static ExtractedDocument read(String text, boolean isMarkdown) {
        var outline = new Outline(text);
        for (int from = 0; from < text.length(); ) {
            int newline = text.indexOf('\n', from);
            int end = newline < 0 ? text.length() : newline + 1;
            String line = text.substring(from, end).stripTrailing();
            if (isMarkdown) {
                outline.markdownLine(line, from, end);
            } else {
                outline.plainLine(line, from, end);
            }
            from = end;
        }
        outline.close(text.length());
        List<Heading> headings = outline.units.headings();
        String title =
                headings.stream()
                        .filter(heading -> heading.level() == 1)
                        .map(Heading::title)
                        .findFirst()
                        .orElse(null);
        return new ExtractedDocument(title, text, outline.units.all(), headings, List.of());
    }

    private void plainLine(String line, int from, int end) {
        if (line.isBlank()) {
            close(end);
            return;
        }
        open(Block.PARAGRAPH, from);
    }

    private void markdownLine(String line, int from, int end) {
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
            String marks = run(line.strip());
            units.addHeading(end, marks.length(), title(line.strip().substring(marks.length())));
            return;
        }
        if (block == Block.PARAGRAPH && lines == 1 && UNDERLINE.matcher(line).matches()) {
            block = Block.NONE;
            int level = line.strip().charAt(0) == '=' ? 1 : 2;
            units.addHeading(end, level, text.substring(blockStart, from));
            return;
        }
        boolean row = line.stripLeading().startsWith("|");
        if (ITEM.matcher(line).matches() || row != (block == Block.TABLE)) {
            close(from);
        }
        open(row ? Block.TABLE : Block.PARAGRAPH, from);
    }

    /** The title without the marks that may close a heading. */
    private static String title(String behindMarks) {
        return behindMarks.strip().replaceFirst("(^|\\s)#+$", "");
    }

    /** The marks at the start of a line: all that equal the first. */
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
            blockStart = from;
        }
        lines++;
    }

    private void close(int end) {
        switch (block) {
            case NONE -> {}
            case PARAGRAPH -> units.addSentences(text, end);
            case TABLE, CODE -> units.add(end, Unit.Kind.BLOCK);
        }
        block = Block.NONE;
        fence = null;
    }
}
