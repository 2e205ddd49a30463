package dev.tributary.document;

import dev.tributary.document.SplitDocument.HashedPiece;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Embedding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which pieces of a document have an embedding already, and which are still to be embedded. Each
 * distinct text is embedded once. For one thread.
 */
final class EmbeddingPlan {
    /** Most texts of a batch. */
    static final int BATCH_MAX = 256;

    private final EmbeddingModel model;
    private final Map<String, Embedding> embeddings;
    private final List<Missing> missing;
    private final int toEmbed;
    private int nextText;
    private int done;

    /** A text without an embedding, and the number of pieces that have it. */
    private record Missing(String hash, String text, int pieces) {}

    /**
     * Finds the pieces that have no embedding.
     *
     * @param known embeddings that the model computed before, by the hash of their text
     */
    EmbeddingPlan(SplitDocument document, Map<String, Embedding> known) {
        model = document.model();
        embeddings = new HashMap<>(known);
        missing = missing(document.pieces(), known);
        toEmbed = missing.stream().mapToInt(Missing::pieces).sum();
        done = document.pieces().size() - toEmbed;
    }

    private static List<Missing> missing(List<HashedPiece> pieces, Map<String, Embedding> known) {
        Map<String, List<HashedPiece>> byHash = new LinkedHashMap<>();
        for (HashedPiece piece : pieces) {
            if (!known.containsKey(piece.hash())) {
                byHash.computeIfAbsent(piece.hash(), _ -> new ArrayList<>()).add(piece);
            }
        }
        return byHash.values().stream()
                .map(same -> {
                    HashedPiece first = same.getFirst();
                    return new Missing(first.hash(), first.piece().text(), same.size());
                })
                .toList();
    }

    /** The number of pieces that had no embedding when the plan was made. */
    int toEmbed() {
        return toEmbed;
    }

    /** The number of pieces that have an embedding now. */
    int done() {
        return done;
    }

    boolean isComplete() {
        return nextText == missing.size();
    }

    /**
     * Embeds the next texts, at most {@value #BATCH_MAX}.
     *
     * @return the new embeddings, by the hash of their text; empty if the plan is complete
     * @throws ServiceException what {@link EmbeddingModel#embed} throws; a repeat embeds the same
     *     texts
     */
    Map<String, Embedding> embedBatch() {
        int end = Math.min(missing.size(), nextText + BATCH_MAX);
        List<Missing> batch = missing.subList(nextText, end);
        Map<String, Embedding> made = new LinkedHashMap<>();
        if (!batch.isEmpty()) {
            var results = model.embed(batch.stream().map(Missing::text).toList());
            for (int i = 0; i < batch.size(); i++) {
                made.put(batch.get(i).hash(), results.get(i).embedding());
            }
        }
        embeddings.putAll(made);
        done += batch.stream().mapToInt(Missing::pieces).sum();
        nextText = end;
        return made;
    }

    /** The embedding of a piece, which must be known or embedded by now. */
    Embedding of(HashedPiece piece) {
        return Objects.requireNonNull(embeddings.get(piece.hash()));
    }
}
