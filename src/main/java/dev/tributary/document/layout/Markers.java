package dev.tributary.document.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Bullets and numbers at the start of a line. */
final class Markers {
    private static final float GAP_MAX = 5;

    private static final String BULLET = "[•◦▪▫■□●○‣⁃·∙–—*\\-o\uf0b7\uf0a7➢✓]";
    private static final String NUMBER =
            "\\(?(?:\\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\\d{1,2}(?:\\.\\d{1,2}){1,4}\\.?|§+ ?\\d+";
    private static final Pattern ALONE = Pattern.compile(BULLET + "|" + NUMBER);
    private static final Pattern BULLETED =
            Pattern.compile("(?s)[•◦▪▫■□●○‣⁃∙\uf0b7\uf0a7➢✓]\\s.*|[–—*-]\\s\\S.*");
    private static final Pattern NUMBERED = Pattern.compile("(?s)(?:" + NUMBER + ")\\s.*");

    private Markers() {}

    /** Joins a bullet or number with the text that it stands before. */
    static List<Line> joined(List<Line> lines) {
        if (lines.size() < 2 || !ALONE.matcher(lines.getFirst().text()).matches()) {
            return lines;
        }
        Line marker = lines.getFirst();
        Line text = lines.get(1);
        if (text.left() - marker.right() > GAP_MAX * text.size()) {
            return lines;
        }
        List<Line> joined = new ArrayList<>(lines.subList(1, lines.size()));
        joined.set(0, Line.joined(List.of(marker, text)));
        return joined;
    }

    static boolean isBulleted(String line) {
        return BULLETED.matcher(line).matches();
    }

    static boolean isNumbered(String line) {
        return NUMBERED.matcher(line).matches();
    }
}
