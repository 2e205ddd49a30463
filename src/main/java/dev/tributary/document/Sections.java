package dev.tributary.document;

import dev.tributary.document.Unit.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Parts a document into parents: a heading with all that is below it, where that fits; else what
 * stands directly under the heading, cut between sentences if it is too long, and then each heading
 * below by itself. A document without headings is cut between sentences.
 */
final class Sections {
    private static final int LEVEL_NONE = 0;

    private final ExtractedDocument document;
    private final Windows windows;
    private final List<Section> sections;
    private final List<Piece> parents = new ArrayList<>();

    /**
     * What stands directly under a heading.
     *
     * @param level of the heading; 0 for what stands before the first one
     * @param isBare nothing stands under it
     */
    private record Section(int start, int end, int level, boolean isBare) {}

    /**
     * Finds the sections.
     *
     * @param windows of the size of a parent
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
                // A heading with nothing under it goes with the first one below it.
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

    /** The last section below this one; -1 if all of them together do not fit. */
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

    /** One parent where it fits, else as many as it takes. */
    private void add(int from, int to) {
        parents.addAll(Chunker.split(document.text(), windows, document.unitsWithin(from, to), 0));
    }
}
