package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Groups the glyphs of one direction into rows. */
final class Rows {
    /** In sizes of the font: letters of one run may overlap a little, or be spaced out. */
    private static final float RUN_BACK_MAX = 0.5f;

    private static final float RUN_GAP_MAX = 1.3f;
    private static final float RUN_RISE_MAX = 0.12f;

    /** What is further apart on one baseline may belong to different columns. */
    private static final float LINE_GAP_MAX = 1.5f;

    private static final float ROW_RISE_MAX = 0.3f;

    private final Runnable watch;
    private final List<Baseline> baselines = new ArrayList<>();

    /** Glyphs that were drawn one after the other, from left to right. */
    private static final class Run {
        private final int order;
        private final List<Glyph> glyphs = new ArrayList<>();
        private float right;

        Run(Glyph first, int order) {
            this.order = first.isField() ? Line.FIELD : order;
            add(first);
        }

        private void add(Glyph glyph) {
            glyphs.add(glyph);
            right = glyphs.size() == 1 ? glyph.end() : Math.max(right, glyph.end());
        }

        boolean takes(Glyph glyph) {
            Glyph last = glyphs.getLast();
            float size = last.size();
            float gap = glyph.x() - last.end();
            return Math.abs(glyph.y() - last.y()) <= RUN_RISE_MAX * size
                    && Math.abs(glyph.size() - size) <= RUN_RISE_MAX * size
                    && gap >= -RUN_BACK_MAX * size
                    && glyph.x() >= last.x() - 0.05f * size
                    && gap <= RUN_GAP_MAX * size
                    && glyph.isField() == last.isField();
        }

        boolean isBlank() {
            return glyphs.stream().allMatch(Glyph::isBlank);
        }

        float left() {
            return glyphs.getFirst().x();
        }

        float y() {
            return glyphs.getFirst().y();
        }

        float size() {
            return glyphs.getFirst().size();
        }
    }

    /** Runs at about the same height. */
    private static final class Baseline {
        private final List<Run> runs = new ArrayList<>();
        private final float y;

        Baseline(Run first) {
            y = first.y();
            runs.add(first);
        }

        boolean takes(Run run) {
            return run.y() - y <= ROW_RISE_MAX * Math.min(run.size(), runs.getFirst().size());
        }
    }

    private Rows(Runnable watch) {
        this.watch = watch;
    }

    /**
     * Finds the rows, from top to bottom.
     *
     * @param glyphs in the order in which they were drawn
     * @param watch called often; may throw to end it
     */
    static List<Row> of(List<Glyph> glyphs, Runnable watch) {
        var rows = new Rows(watch);
        rows.align(runs(glyphs));
        rows.attachScripts();
        rows.baselines.removeIf(baseline -> baseline.runs.isEmpty());
        Set<Glyph> cells = Cells.starts(rows.baselines.stream().map(rows::glyphs).toList(), watch);
        return rows.baselines.stream().map(baseline -> rows.row(baseline, cells)).toList();
    }

    private List<List<Glyph>> glyphs(Baseline baseline) {
        return parts(baseline, Set.of()).stream().map(Rows::glyphs).toList();
    }

    private static List<Glyph> glyphs(List<Run> runs) {
        return runs.stream().flatMap(run -> run.glyphs.stream()).toList();
    }

    private static List<Run> runs(List<Glyph> glyphs) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < glyphs.size(); i++) {
            Glyph glyph = glyphs.get(i);
            if (!runs.isEmpty() && runs.getLast().takes(glyph)) {
                runs.getLast().add(glyph);
            } else {
                runs.add(new Run(glyph, i));
            }
        }
        runs.removeIf(Run::isBlank);
        return runs;
    }

    private void align(List<Run> runs) {
        runs.sort(Comparator.comparingDouble(Run::y));
        for (Run run : runs) {
            if (!baselines.isEmpty() && baselines.getLast().takes(run)) {
                baselines.getLast().runs.add(run);
            } else {
                baselines.add(new Baseline(run));
            }
        }
    }

    /** Moves what is small and raised or lowered to the baseline of its neighbour. */
    private void attachScripts() {
        for (int i = 0; i < baselines.size(); i++) {
            watch.run();
            int at = i;
            baselines
                    .get(i)
                    .runs
                    .removeIf(run -> isAttached(run, at, 1) || isAttached(run, at, -1));
        }
    }

    private boolean isAttached(Run run, int from, int step) {
        watch.run();
        for (int i = from + step; i >= 0 && i < baselines.size(); i += step) {
            float rise = Math.abs(baselines.get(i).y - run.y());
            if (rise > Script.RISE_MAX * run.size() / Script.SIZE_MIN) {
                return false;
            }
            for (Run base : baselines.get(i).runs) {
                float before = run.left() - base.right;
                float after = base.left() - run.right;
                boolean isBeside = isBeside(before, base.size()) || isBeside(after, base.size());
                if (isBeside && Script.isSmall(run.size(), base.size(), rise)) {
                    baselines.get(i).runs.add(run);
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isBeside(float gap, float size) {
        return gap >= -0.2f * size && gap <= 0.4f * size;
    }

    private Row row(Baseline baseline, Set<Glyph> cells) {
        return new Row(Markers.joined(parts(baseline, cells).stream().map(Rows::line).toList()));
    }

    /** What is on a baseline, parted at wide gaps and before cells. */
    private List<List<Run>> parts(Baseline baseline, Set<Glyph> cells) {
        watch.run();
        baseline.runs.sort(Comparator.comparingDouble(Run::left));
        List<List<Run>> parts = new ArrayList<>();
        List<Run> part = new ArrayList<>();
        float right = 0;
        for (Run run : baseline.runs) {
            for (Run piece : parted(run, cells)) {
                if (!part.isEmpty() && isParted(right, piece.glyphs.getFirst(), cells)) {
                    parts.add(part);
                    part = new ArrayList<>();
                }
                right = part.isEmpty() ? piece.right : Math.max(right, piece.right);
                part.add(piece);
            }
        }
        parts.add(part);
        return parts;
    }

    private static boolean isParted(float right, Glyph next, Set<Glyph> cells) {
        return next.x() - right > LINE_GAP_MAX * next.size() || cells.contains(next);
    }

    /** A run without the blanks at its ends, parted at wide blanks and before cells. */
    private static List<Run> parted(Run run, Set<Glyph> cells) {
        List<Run> parts = new ArrayList<>();
        List<Glyph> blanks = new ArrayList<>();
        for (Glyph glyph : run.glyphs) {
            if (glyph.isBlank()) {
                blanks.add(glyph);
                continue;
            }
            Run last = parts.isEmpty() ? null : parts.getLast();
            if (last == null || isParted(last.right, glyph, cells)) {
                parts.add(new Run(glyph, run.order));
            } else {
                blanks.forEach(last::add);
                last.add(glyph);
            }
            blanks.clear();
        }
        return parts;
    }

    private static Line line(List<Run> runs) {
        Run main =
                runs.stream()
                        .max(Comparator.comparingDouble(run -> run.right - run.left()))
                        .orElseThrow();
        float right = runs.stream().map(run -> run.right).max(Float::compare).orElseThrow();
        boolean isField = runs.stream().allMatch(run -> run.order == Line.FIELD);
        return new Line(
                Words.of(glyphs(runs)),
                runs.getFirst().left(),
                right,
                main.y(),
                main.size(),
                isField ? Line.FIELD : Math.max(0, main.order));
    }
}
