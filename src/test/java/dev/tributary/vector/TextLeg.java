package dev.tributary.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the words of a query ask for, over rows in memory. */
final class TextLeg {
    static final String NO_WORDS =
            "the query has no word that is searched for; ranked by vector alone";
    static final String SMALL_WORDS =
            "the query has no word but small ones, and none of them stands out in a chunk";
    static final String NOTHING =
            "the text leg found nothing: no chunk has any of the words; ranked by vector alone";

    private final TextQuery query;
    private final Bm25 words;
    private final Set<String> terms;
    private final List<String> phrases;
    private final List<String> missing;

    /**
     * Reads a query.
     *
     * @param matching the rows that match the filter
     */
    TextLeg(TextQuery query, Bm25 words, List<StoredChunk> matching) {
        this.query = query;
        this.words = words;
        terms = words.terms(query.words());
        phrases = new ArrayList<>();
        missing = new ArrayList<>();
        for (String phrase : query.phrases()) {
            if (!words.words(phrase).isEmpty()) {
                boolean isThere = matching.stream().anyMatch(chunk -> words.has(chunk, phrase));
                (isThere ? phrases : missing).add(phrase);
            }
        }
    }

    boolean excludes(StoredChunk chunk) {
        return query.excluded().stream().anyMatch(phrase -> words.has(chunk, phrase));
    }

    /** 0 for a chunk that is no hit. */
    double score(StoredChunk chunk) {
        boolean isHit =
                !asksForMissingPhrasesOnly()
                        && phrases.stream().allMatch(phrase -> words.has(chunk, phrase));
        return isHit ? words.score(terms, chunk) : 0;
    }

    private boolean asksForMissingPhrasesOnly() {
        if (missing.isEmpty() || !phrases.isEmpty()) {
            return false;
        }
        int quoted = missing.stream().mapToInt(phrase -> words.words(phrase).size()).sum();
        return words.words(query.words()).size() == quoted;
    }

    List<String> warnings(boolean foundNothing) {
        if (terms.isEmpty()) {
            return List.of(NO_WORDS);
        }
        List<String> warnings = new ArrayList<>();
        for (String phrase : missing) {
            warnings.add("no chunk has the phrase \"" + phrase + "\"; the search ignored it");
        }
        if (foundNothing && Bm25.areSmall(terms)) {
            warnings.add(SMALL_WORDS);
        } else if (foundNothing) {
            warnings.add(
                    query.excluded().isEmpty()
                            ? NOTHING
                            : "the text leg found nothing after the query excluded "
                                    + query.excluded());
        }
        return warnings;
    }
}
