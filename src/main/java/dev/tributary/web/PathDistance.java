package dev.tributary.web;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far the path of a request is from the pattern of a call: an edit distance over segments, in
 * which a segment costs more the less it looks like the one of the pattern.
 */
final class PathDistance {
    private static final int VARIABLE = 1;
    private static final int CASE = 1;
    private static final int LETTER = 2;

    /** A segment too many or too few. */
    private static final int SEGMENT = 5;

    /** The same of a segment that clients put before a path, such as {@code v1}. */
    private static final int PREFIX = 3;

    private static final Pattern PREFIXES = Pattern.compile("v[0-9]+|api|rest|openai");

    /** A slash of a source id that is not encoded. */
    private static final int SLASH = 2;

    static final int COST_MAX = 7;
    private static final int NEVER = 1_000;
    private static final String SOURCE_ID = "{source_id}";

    private final List<String> request;
    private final List<String> pattern;

    /**
     * The path that a request becomes if it is corrected to a pattern.
     *
     * @param cost 0 for a path that has only slashes too many
     */
    record Alignment(String path, int cost) {}

    private PathDistance(List<String> request, List<String> pattern) {
        this.request = request;
        this.pattern = pattern;
    }

    /**
     * Corrects a path to a pattern.
     *
     * @param request the segments of the path, encoded, none of them empty
     * @param pattern such as {@code /collections/{collection}/chunks}
     * @return null if they have too little in common
     */
    static @Nullable Alignment align(List<String> request, String pattern) {
        List<String> parts =
                Arrays.stream(pattern.split("/")).filter(part -> !part.isEmpty()).toList();
        if (parts.isEmpty() || pattern.contains("*")) {
            return null;
        }
        var path = new StringBuilder();
        int cost = new PathDistance(request, parts).walk(path);
        return cost > COST_MAX ? null : new Alignment(path.toString(), cost);
    }

    /** Computes the costs from the end of both, then walks the cheapest way from the beginning. */
    private int walk(StringBuilder path) {
        int[][] costs = costs();
        int i = 0;
        int j = 0;
        boolean hasName = false;
        while (j < pattern.size()) {
            String part = pattern.get(j);
            if (i < request.size() && costs[i][j] == same(i, j) + costs[i + 1][j + 1]) {
                hasName |= !isVariable(part);
                path.append('/').append(isVariable(part) ? request.get(i) : part);
                i++;
                j++;
            } else if (i < request.size()
                    && costs[i][j] == segment(request.get(i)) + costs[i + 1][j]) {
                i++;
            } else if (!isVariable(part) && costs[i][j] == segment(part) + costs[i][j + 1]) {
                path.append('/').append(part);
                j++;
            } else if (isRest(i, j)) {
                List<String> rest = request.subList(i, request.size());
                path.append('/').append(String.join("%2F", rest));
                j++;
            } else {
                return NEVER;
            }
        }
        return hasName ? costs[0][0] : NEVER;
    }

    private int[][] costs() {
        int[][] costs = new int[request.size() + 1][pattern.size() + 1];
        for (int i = request.size(); i >= 0; i--) {
            for (int j = pattern.size(); j >= 0; j--) {
                costs[i][j] = cost(costs, i, j);
            }
        }
        return costs;
    }

    private int cost(int[][] costs, int i, int j) {
        boolean hasRequest = i < request.size();
        boolean hasPattern = j < pattern.size();
        if (!hasRequest && !hasPattern) {
            return 0;
        }
        int best = NEVER;
        if (hasRequest && hasPattern) {
            best = same(i, j) + costs[i + 1][j + 1];
        }
        if (hasRequest) {
            best = Math.min(best, segment(request.get(i)) + costs[i + 1][j]);
        }
        if (hasPattern && !isVariable(pattern.get(j))) {
            best = Math.min(best, segment(pattern.get(j)) + costs[i][j + 1]);
        }
        if (isRest(i, j)) {
            best = Math.min(best, VARIABLE + SLASH * (request.size() - i - 1));
        }
        return Math.min(best, NEVER);
    }

    private static int segment(String text) {
        return PREFIXES.matcher(text).matches() ? PREFIX : SEGMENT;
    }

    private boolean isRest(int i, int j) {
        return i < request.size() && j == pattern.size() - 1 && pattern.getLast().equals(SOURCE_ID);
    }

    private int same(int i, int j) {
        String given = request.get(i);
        String part = pattern.get(j);
        if (isVariable(part)) {
            return VARIABLE;
        }
        if (given.equals(part)) {
            return 0;
        }
        if (given.equalsIgnoreCase(part)) {
            return CASE;
        }
        int letters = letters(given, part);
        return letters <= part.length() / 3 ? LETTER * letters : NEVER;
    }

    private static boolean isVariable(String part) {
        return part.startsWith("{");
    }

    /** Levenshtein's distance: the fewest letters to insert, delete or replace. */
    private static int letters(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, k -> k);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int k = 1; k <= other.length(); k++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(k - 1) ? 0 : 1);
                diagonal = row[k];
                row[k] = Math.min(replaced, Math.min(row[k], row[k - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
