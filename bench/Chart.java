import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;

/**
 * A line chart in SVG, in the reader's light or dark mode.
 *
 * @param title above it
 * @param x what goes to the right
 * @param y what goes up
 * @param lines three at most, as there are so many colours
 */
record Chart(String title, Axis x, Axis y, List<Line> lines) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 440;
    private static final int LEFT = 76;
    private static final int RIGHT = WIDTH - 36;
    private static final int TOP = 84;
    private static final int BOTTOM = HEIGHT - 64;
    private static final int STEPS_MAX = 7;

    /** Colours that the colour-blind can tell apart (Okabe and Ito), brighter on dark paper. */
    private static final String STYLE =
            """
            text { fill: #24292f; font: 13px "DejaVu Sans", "Segoe UI", Helvetica, Arial, sans-serif }
            .title { font-size: 16px; font-weight: bold }
            .label { font-size: 11px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
            .paper { fill: #ffffff } .grid { stroke: #e3e7eb } .axis { stroke: #24292f }
            polyline { fill: none; stroke-width: 2 }
            .line0 { stroke: #0072b2 } .line1 { stroke: #d55e00 } .line2 { stroke: #009e73 }
            .dot0 { fill: #0072b2 } .dot1 { fill: #d55e00 } .dot2 { fill: #009e73 }
            @media (prefers-color-scheme: dark) {
            text { fill: #d1d7dd } .paper { fill: #0d1117 } .label { stroke: #0d1117 }
            .grid { stroke: #2a3038 } .axis { stroke: #d1d7dd }
            .line0 { stroke: #56b4e9 } .line1 { stroke: #f0954a } .line2 { stroke: #3ddc97 }
            .dot0 { fill: #56b4e9 } .dot1 { fill: #f0954a } .dot2 { fill: #3ddc97 } }
            """;

    /** What is measured along an axis, and how its ticks are written, such as {@code %.2f}. */
    record Axis(String title, String format) {}

    /** A point, and what is written beside it where there is room. */
    record Point(double x, double y, String label) {}

    /** Points of one kind, in the order in which they are joined. */
    record Line(String name, List<Point> points) {}

    /** What is written beside a point, drawn over everything else. */
    private record Label(double left, double top, String kind, String text) {
        boolean isNear(double otherLeft, double otherTop) {
            return Math.abs(left - otherLeft) < 26 && Math.abs(top - otherTop) < 12;
        }
    }

    /** Round values that enclose all, drawn from one pixel to another. */
    private record Scale(double min, double step, int steps, int from, int to) {
        static Scale of(List<Line> lines, ToDoubleFunction<Point> value, int from, int to) {
            var points = lines.stream().flatMap(it -> it.points().stream());
            double[] sorted = points.mapToDouble(value).sorted().toArray();
            double least = sorted[0];
            double width = Math.max(sorted[sorted.length - 1] - least, 1e-3);
            double power = Math.pow(10, Math.floor(Math.log10(width / STEPS_MAX)));
            double step = power;
            for (int factor : List.of(2, 5, 10)) {
                step = width / step > STEPS_MAX ? factor * power : step;
            }
            double min = Math.floor(least / step + 1e-9) * step;
            int steps = (int) Math.ceil((least + width - min) / step - 1e-9);
            return new Scale(min, step, steps, from, to);
        }

        double pixel(double value) {
            return from + (value - min) / (steps * step) * (to - from);
        }
    }

    /** The chart as a document. */
    String toSvg() {
        Scale across = Scale.of(lines, Point::x, LEFT, RIGHT);
        Scale up = Scale.of(lines, Point::y, BOTTOM, TOP);
        var svg = new StringJoiner("\n", "", "\n</svg>\n");
        svg.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\"><style>\n%s</style>"
                        .formatted(WIDTH, HEIGHT, STYLE));
        svg.add("<rect class=\"paper\" width=\"%d\" height=\"%d\"/>".formatted(WIDTH, HEIGHT));
        svg.add(text("title", LEFT, 30, "start", title));
        for (int i = 0; i <= across.steps(); i++) {
            double tick = across.min() + i * across.step();
            double at = across.pixel(tick);
            svg.add(line(i == 0 ? "axis" : "grid", at, TOP, at, BOTTOM));
            svg.add(text("tick", at, BOTTOM + 20, "middle", x.format().formatted(tick)));
        }
        for (int i = 0; i <= up.steps(); i++) {
            double tick = up.min() + i * up.step();
            double at = up.pixel(tick);
            svg.add(line(i == 0 ? "axis" : "grid", LEFT, at, RIGHT, at));
            svg.add(text("tick", LEFT - 10, at + 4.5, "end", y.format().formatted(tick)));
        }
        svg.add(text("tick", (LEFT + RIGHT) / 2.0, HEIGHT - 18, "middle", x.title()));
        svg.add(
                "<text transform=\"translate(22 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>"
                        .formatted((TOP + BOTTOM) / 2, escaped(y.title())));
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int left = LEFT + i * 130;
            svg.add(dot(i, left + 6, 55));
            svg.add(text("tick", left + 18, 59.5, "start", lines.get(i).name()));
            addLine(svg, i, across, up, labels);
        }
        labels.forEach(it -> svg.add(text(it.kind, it.left + 6, it.top + 14, "start", it.text)));
        return svg.toString();
    }

    private void addLine(StringJoiner svg, int number, Scale across, Scale up, List<Label> labels) {
        var path =
                new StringJoiner(
                        " ", "<polyline class=\"line%d\" points=\"".formatted(number), "\"/>");
        var marks = new StringJoiner("\n");
        for (Point point : lines.get(number).points()) {
            double left = across.pixel(point.x());
            double top = up.pixel(point.y());
            path.add("%.1f,%.1f".formatted(left, top));
            marks.add(dot(number, left, top));
            if (labels.stream().noneMatch(it -> it.isNear(left, top))) {
                labels.add(new Label(left, top, "label dot" + number, point.label()));
            }
        }
        svg.add(path.toString()).add(marks.toString());
    }

    private static String dot(int number, double left, double top) {
        return "<circle class=\"dot%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>"
                .formatted(number, left, top);
    }

    private static String line(String kind, double left, double top, double right, double bottom) {
        return "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>"
                .formatted(kind, left, top, right, bottom);
    }

    private static String text(String kind, double left, double top, String anchor, String text) {
        return "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>"
                .formatted(kind, left, top, anchor, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
