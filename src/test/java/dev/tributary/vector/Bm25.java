package dev.tributary.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * BM25 (Robertson and Zaragoza, 2009) over all rows of a collection. A word of the title counts
 * {@link TextSpec#titleWeight()} times, in the chunk's length too.
 */
final class Bm25 {
    /** Before a word that counts beside its form without accents. */
    private static final String ACCENTED = "\u0004";

    /** Before a small word in capitals. */
    private static final String CAPITAL = "\u0005";

    /** Before a small word that stands in a row of them. */
    private static final String ROW = "\u0006";

    private final TextSpec spec;
    private final Map<UUID, Document> documents = new HashMap<>();
    private final Map<String, Integer> documentFrequencies = new HashMap<>();
    private final double averageLength;

    /** The words of a chunk: title and content apart for phrases, counted together for the rest. */
    private record Document(
            List<String> title, List<String> content, Map<String, Integer> counts, int length) {
        static final Document EMPTY = new Document(List.of(), List.of(), Map.of(), 0);
    }

    Bm25(TextSpec spec, List<StoredChunk> rows) {
        this.spec = spec;
        long length = 0;
        for (StoredChunk row : rows) {
            Document document = read(row);
            documents.put(row.id(), document);
            length += document.length();
            document.counts()
                    .keySet()
                    .forEach(word -> documentFrequencies.merge(word, 1, Integer::sum));
        }
        averageLength = rows.isEmpty() ? 0 : (double) length / rows.size();
    }

    private Document read(StoredChunk row) {
        List<String> title = spec.titleWeight() == 0 ? List.of() : Words.in(title(row), spec);
        List<String> content = Words.in(row.content(), spec);
        List<String> counted = new ArrayList<>(Words.withoutGaps(content));
        for (int i = 0; i < spec.titleWeight(); i++) {
            counted.addAll(Words.withoutGaps(title));
        }
        Map<String, Integer> counts = new HashMap<>();
        counted.forEach(word -> counts.merge(word, 1, Integer::sum));
        Set<String> accented = new HashSet<>(Words.accented(row.content(), spec));
        List<@Nullable String> texts = new ArrayList<>();
        texts.add(row.content());
        if (spec.titleWeight() > 0) {
            accented.addAll(Words.accented(title(row), spec));
            texts.add(title(row));
        }
        accented.forEach(word -> counts.put(ACCENTED + word, 1));
        for (String text : texts) {
            Words.smallInCapitals(text, spec).forEach(word -> counts.put(CAPITAL + word, 1));
            Words.smallInARow(text, spec).forEach(word -> counts.put(ROW + word, 1));
        }
        return new Document(title, content, counts, counted.size() + accented.size());
    }

    private static @Nullable String title(StoredChunk row) {
        Map<String, @Nullable Object> metadata = row.metadata();
        return metadata != null && metadata.get("title") instanceof String title ? title : null;
    }

    /** The words of a query, each once; small ones only where there is no other. */
    Set<String> terms(String text) {
        Set<String> terms = new HashSet<>(words(text));
        if (terms.isEmpty() && spec.language().equals("english")) {
            List<String> small = Words.small(text);
            small.forEach(word -> terms.add(CAPITAL + word));
            if (small.size() >= 4) {
                small.forEach(word -> terms.add(ROW + word));
            }
        }
        Words.accented(text, spec).forEach(word -> terms.add(ACCENTED + word));
        return terms;
    }

    /** True if a query has no word but small ones. */
    static boolean areSmall(Set<String> terms) {
        return terms.stream().allMatch(term -> term.startsWith(CAPITAL) || term.startsWith(ROW));
    }

    /** The words of a text, as often as they are in it. */
    List<String> words(String text) {
        return Words.withoutGaps(Words.in(text, spec));
    }

    /** True if the words of the phrase follow each other in the title or in the content. */
    boolean has(StoredChunk chunk, String phrase) {
        List<String> words = Words.in(phrase, spec);
        Document document = documents.getOrDefault(chunk.id(), Document.EMPTY);
        return Words.contain(document.content(), words) || Words.contain(document.title(), words);
    }

    double score(Set<String> terms, StoredChunk chunk) {
        Document document = documents.getOrDefault(chunk.id(), Document.EMPTY);
        double lengths = 1 - spec.b() + spec.b() * document.length() / averageLength;
        double score = 0;
        for (String term : terms.stream().sorted().toList()) {
            double frequency = document.counts().getOrDefault(term, 0);
            if (frequency > 0) {
                score +=
                        rarity(term)
                                * frequency
                                * (spec.k1() + 1)
                                / (frequency + spec.k1() * lengths);
            }
        }
        return score;
    }

    private double rarity(String term) {
        double matching = documentFrequencies.getOrDefault(term, 0);
        double share = term.startsWith(ACCENTED) ? 0.1 : 1;
        return share * Math.log1p((documents.size() - matching + 0.5) / (matching + 0.5));
    }
}
