package dev.tributary.vector;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * BM25 (Robertson and Zaragoza, 2009) with the usual k1 = 1.2 and b = 0.75, over runs of letters
 * and digits.
 */
final class Bm25 {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final double K1 = 1.2;
    private static final double B = 0.75;
    private static final Set<String> STOP_WORDS =
            Set.of(
                    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is",
                    "it", "of", "on", "or", "that", "the", "this", "to", "was", "with");

    private final boolean english;
    private final Map<UUID, List<String>> words = new HashMap<>();
    private final Map<String, Integer> documentFrequencies = new HashMap<>();
    private final double averageLength;

    Bm25(String language, List<StoredChunk> rows) {
        english = language.equals("english");
        long length = 0;
        for (StoredChunk row : rows) {
            List<String> found = words(row.content());
            words.put(row.id(), found);
            length += found.size();
            new HashSet<>(found).forEach(w -> documentFrequencies.merge(w, 1, Integer::sum));
        }
        averageLength = rows.isEmpty() ? 0 : (double) length / rows.size();
    }

    Set<String> terms(String text) {
        return Set.copyOf(words(text));
    }

    private List<String> words(@Nullable String text) {
        return text == null
                ? List.of()
                : WORD.matcher(text.toLowerCase(Locale.ROOT))
                        .results()
                        .map(MatchResult::group)
                        .filter(word -> !english || !STOP_WORDS.contains(word))
                        .toList();
    }

    double score(Set<String> terms, StoredChunk chunk) {
        List<String> found = words.getOrDefault(chunk.id(), List.of());
        double norm = K1 * (1 - B + B * found.size() / averageLength);
        double score = 0;
        for (String term : terms) {
            double frequency = found.stream().filter(term::equals).count();
            double matching = documentFrequencies.getOrDefault(term, 0);
            double rarity = Math.log1p((words.size() - matching + 0.5) / (matching + 0.5));
            score += frequency == 0 ? 0 : rarity * frequency * (K1 + 1) / (frequency + norm);
        }
        return score;
    }
}
