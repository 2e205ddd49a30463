package dev.tributary.document.chunk;

import dev.tributary.document.extract.ExtractedDocument;
import dev.tributary.document.extract.Heading;
import dev.tributary.document.extract.Unit;
import dev.tributary.document.extract.Unit.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a document into parents. A parent is a heading with everything below it, if that fits.
 * Otherwise the text directly under the heading is a parent, split between sentences if it is too
 * long, and each heading below is treated in the same way. A document without headings is split
 * between sentences.
 */
final class Sections {
    private static final int LEVEL_NONE = 0;

    private final ExtractedDocument document;
    private final Windows windows;
    private final List<Section> sections;
    private final List<Piece> parents = new ArrayList<>();

    /**
     * A heading and the text directly under it.
     *
     * @param level level of the heading; 0 for text before the first heading
     * @param isBare whether there is no text under it
     */
    private record Section(int start, int end, int level, boolean isBare) {}

    /**
     * Finds the sections.
     *
     * @param windows windows of the size of a parent
     */
    Sections(ExtractedDocument document, Windows windows) {
        this.document = document;
        this.windows = windows;
        sections = sections(document);
    }

    private static List<Section> sections(ExtractedDocument document) {
        List<Section> sections = new ArrayList<>();
        List<Unit> units = document.units();
        List<Heading> headings = document.headings();
        int heading = 0;
        int level = LEVEL_NONE;
        for (int first = 0; first < units.size(); ) {
            int start = units.get(first).start();
            if (heading < headings.size() && headings.get(heading).start() == start) {
                level = headings.get(heading++).level();
            }
            int next =
                    heading < headings.size() ? headings.get(heading).start() : Integer.MAX_VALUE;
            int last = first;
            while (last + 1 < units.size() && units.get(last + 1).start() < next) {
                last++;
            }
            boolean isBare = first == last && units.get(first).kind() == Kind.HEADING;
            sections.add(new Section(start, units.get(last).end(), level, isBare));
            first = last + 1;
        }
        return sections;
    }

    /** The parents, in order; they do not overlap. */
    List<Piece> parents() {
        int i = 0;
        int from = 0;
        while (i < sections.size()) {
            int last = lastBelow(i, from);
            if (last >= 0) {
                add(from, sections.get(last).end());
                i = last + 1;
            } else {
                // A heading without text goes with the first heading below it.
                boolean isCarried =
                        sections.get(i).isBare()
                                && i + 1 < sections.size()
                                && sections.get(i + 1).level() > sections.get(i).level();
                if (isCarried) {
                    i++;
                    continue;
                }
                add(from, sections.get(i).end());
                i++;
            }
            from = i < sections.size() ? sections.get(i).start() : from;
        }
        return parents;
    }

    /** The last section below this one; -1 if they do not fit together. */
    private int lastBelow(int i, int from) {
        int last = i;
        while (windows.mayFit(from, sections.get(last).end())) {
            if (last + 1 == sections.size()
                    || sections.get(last + 1).level() <= sections.get(i).level()) {
                return last;
            }
            last++;
        }
        return -1;
    }

    /** Adds one parent if the range fits, otherwise as many as needed. */
    private void add(int from, int to) {
        parents.addAll(Chunker.split(document.text(), windows, document.unitsWithin(from, to), 0));
    }
}
