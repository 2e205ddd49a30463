package dev.tributary.document.chunk;

import dev.tributary.document.chunk.Windows.Cut;
import dev.tributary.document.extract.ExtractedDocument;
import dev.tributary.document.extract.Unit;
import dev.tributary.document.extract.Unit.Kind;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.vector.Parent;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a text into pieces that fit the input of a model, in time roughly linear in its length.
 *
 * <p>No piece has more than {@code size} tokens, nor more than 8 x {@code size} characters, and
 * every token of the text is in some piece. A piece that begins within a table repeats its headers,
 * unless pieces have a fixed size. A text without tokens has no pieces. A code block or table that
 * fits into a piece is not split, unless pieces have a fixed size.
 */
public final class Chunker {
    private final String text;
    private final Windows windows;
    private final List<Unit> units;
    private final int overlap;

    private Chunker(String text, Windows windows, List<Unit> units, int overlap) {
        this.text = text;
        this.windows = windows;
        this.units = units;
        this.overlap = overlap;
    }

    /**
     * Splits the text of a document.
     *
     * @param model the model whose tokens the sizes count
     * @return the pieces in the order of the text; pieces of one parent are consecutive
     */
    public static List<Piece> split(
            ExtractedDocument document, EmbeddingModel model, Chunking chunking) {
        String text = document.text();
        var windows = new Windows(text, model, chunking.size());
        List<Unit> whole = List.of(new Unit(0, text.length(), Kind.SENTENCE));
        return switch (chunking.strategy()) {
            case SENTENCE -> split(text, windows, document.units(), chunking.overlap());
            case FIXED, SLIDING -> split(text, windows, whole, chunking.overlap());
            case HIERARCHICAL -> withParents(document, windows, chunking);
        };
    }

    /** Splits the part of a text that is covered by the units. */
    static List<Piece> split(String text, Windows windows, List<Unit> units, int overlap) {
        return units.isEmpty() ? List.of() : new Chunker(text, windows, units, overlap).run();
    }

    private static List<Piece> withParents(
            ExtractedDocument document, Windows windows, Chunking chunking) {
        List<Piece> pieces = new ArrayList<>();
        for (Piece parent :
                new Sections(document, windows.ofSize(chunking.parentSize())).parents()) {
            List<Piece> children =
                    split(
                            document.text(),
                            windows,
                            document.unitsWithin(parent.start(), parent.end()),
                            chunking.overlap());
            int first = pieces.size();
            for (Piece child : children) {
                String content = pieces.size() == first ? parent.text() : null;
                pieces.add(child.within(new Parent(first, content)));
            }
        }
        return List.copyOf(pieces);
    }

    private List<Piece> run() {
        List<Piece> pieces = new ArrayList<>();
        int from = units.getFirst().start();
        int done = from;
        int end = windows.end(from, units.getLast().end());
        while (done < end) {
            Windows fitting = windowsAt(from);
            Cut cut = next(from, fitting);
            if (cut.to() <= done) {
                // The overlap left no room for new text.
                fitting = windowsAt(done);
                cut = next(done, fitting);
            }
            if (cut.tokens().count() > 0) {
                pieces.add(fitting.piece(cut));
            }
            done = cut.to();
            from = done < end ? overlapStart(cut) : done;
        }
        return List.copyOf(pieces);
    }

    /** The windows for a piece, which repeats the headers of the table that it begins within. */
    private Windows windowsAt(int from) {
        Unit.Head head = units.get(unitAt(from)).head();
        return head == null || from < head.end()
                ? windows
                : windows.behind(text.substring(head.start(), head.end()));
    }

    /** As many whole units as fit, or a window of the first if none does. */
    private Cut next(int from, Windows windows) {
        int first = unitAt(from);
        int end = first;
        while (end < units.size() && windows.mayFit(from, units.get(end).end())) {
            end++;
        }
        if (end < units.size()) {
            end = withoutHeadings(first, end);
        }
        for (; end > first; end = withoutHeadings(first, end - 1)) {
            Cut cut = windows.measure(from, units.get(end - 1).end());
            if (windows.fits(cut)) {
                return cut;
            }
        }
        return window(first, from, windows);
    }

    /** Drops headings at the end: a heading stays with the text that follows. */
    private int withoutHeadings(int first, int end) {
        int kept = end;
        while (kept > first && units.get(kept - 1).kind() == Kind.HEADING) {
            kept--;
        }
        return kept;
    }

    /** The longest part that fits of a unit that is too long, with the headings before it. */
    private Cut window(int first, int from, Windows windows) {
        int last = first;
        while (last < units.size() - 1 && units.get(last).kind() == Kind.HEADING) {
            last++;
        }
        Unit unit = units.get(last);
        Cut cut = windows.longest(from, unit.end());
        if (unit.kind() != Kind.BLOCK || cut.to() == unit.end()) {
            return cut;
        }
        int end = cut.to() - 1;
        int line = Math.max(text.lastIndexOf('\n', end), text.lastIndexOf('\r', end)) + 1;
        int begin = Math.max(from, unit.start());
        return line > begin && windows.count(begin, line) > 0 ? windows.measure(from, line) : cut;
    }

    /** The start of the next piece, which overlaps the end of this one. */
    private int overlapStart(Cut cut) {
        if (overlap == 0) {
            // Not even a sentence without tokens is repeated.
            return cut.to();
        }
        int next = unitAt(cut.to());
        Unit unit = units.get(next);
        if (unit.start() == cut.to()) {
            return sentencesBefore(next, cut);
        }
        return unit.kind() == Kind.SENTENCE
                ? Math.max(unit.start(), windows.overlapStart(cut, overlap))
                : cut.to();
    }

    /** The first of the whole sentences that fit the overlap and leave room for the next unit. */
    private int sentencesBefore(int next, Cut cut) {
        if (units.get(next).kind() == Kind.HEADING) {
            return cut.to();
        }
        int first = next;
        while (first > 0 && repeats(units.get(first - 1), cut)) {
            first--;
        }
        int end = units.get(next).end();
        while (first < next && !windows.mayFit(units.get(first).start(), end)) {
            first++;
        }
        return units.get(first).start();
    }

    private boolean repeats(Unit unit, Cut cut) {
        return unit.kind() == Kind.SENTENCE
                && unit.start() > cut.from()
                && windows.count(unit.start(), cut.to()) <= overlap;
    }

    /** The unit that contains the character at the offset. */
    private int unitAt(int offset) {
        int low = 0;
        int high = units.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (units.get(middle).end() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
