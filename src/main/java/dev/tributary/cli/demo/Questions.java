package dev.tributary.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Questions that a folder may answer. Pure, except for the files that it reads. */
final class Questions {
    /** Three questions that this project's own pages answer, each best by a different search. */
    static final List<String> OF_THE_PROJECT =
            List.of(
                    "How do I use a database that I already run?",
                    "What happens when a filter keeps only a few rows?",
                    "tsvector trigger instead of a generated column");

    private static final Pattern WORD = Pattern.compile("\\p{L}{2,}");
    private static final int QUESTIONS_MAX = 3;
    private static final int LINE_LENGTH_MAX = 200;
    private static final int WORDS_MIN = 3;
    private static final int WORDS_MAX = 12;

    private Questions() {}

    /**
     * Three headings from different files, spread over the folder; otherwise lines like headings.
     *
     * @param files at least one file, by path
     */
    static List<String> of(Map<String, Path> files) throws IOException {
        List<Path> paths = List.copyOf(files.values());
        Set<String> chosen = new LinkedHashSet<>();
        int step = Math.max(1, paths.size() / QUESTIONS_MAX);
        for (int shift = 0; shift < step && chosen.size() < QUESTIONS_MAX; shift++) {
            for (int i = shift; i < paths.size() && chosen.size() < QUESTIONS_MAX; i += step) {
                heading(TextFiles.read(paths.get(i)), chosen).ifPresent(chosen::add);
            }
        }
        return chosen.isEmpty() ? List.of(name(files)) : List.copyOf(chosen);
    }

    private static String name(Map<String, Path> files) {
        String first = files.keySet().iterator().next();
        return first.replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }

    private static Optional<String> heading(@Nullable String text, Set<String> taken) {
        if (text == null) {
            return Optional.empty();
        }
        List<String> marked =
                text.lines().filter(line -> line.startsWith("#")).map(Questions::plain).toList();
        List<String> lines =
                text.lines()
                        .map(String::strip)
                        .filter(line -> line.length() <= LINE_LENGTH_MAX)
                        .map(Questions::plain)
                        .toList();
        for (List<String> candidates : List.of(marked, lines)) {
            for (String candidate : candidates) {
                long words = WORD.matcher(candidate).results().count();
                if (words >= WORDS_MIN && words <= WORDS_MAX && !taken.contains(candidate)) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }

    /** A line without the marks of Markdown. */
    private static String plain(String line) {
        String bare =
                line.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                        .replaceAll("^[#=*\\s>-]+|[`*_#]+", "");
        return Passage.oneLine(bare).strip();
    }
}
