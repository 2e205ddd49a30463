package dev.tributary.vector;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A hybrid query of which a test says only what it cares about. */
record Ask(
        @Nullable Embedding embedding,
        String text,
        QuerySyntax syntax,
        Fusion fusion,
        SearchOptions options) {
    static Ask of(String text) {
        return new Ask(
                Embedding.copyOf(1, 0),
                text,
                QuerySyntax.WEB,
                Fusion.DEFAULT,
                SearchOptions.top(VectorStore.TOP_K_MAX));
    }

    /** The text leg alone. */
    static Ask words(String text) {
        return of(text).fused(new Fusion(60, 0, 1, 100));
    }

    Ask near(float... other) {
        return new Ask(Embedding.copyOf(other), text, syntax, fusion, options);
    }

    Ask natural() {
        return new Ask(embedding, text, QuerySyntax.NATURAL, fusion, options);
    }

    Ask withoutVector() {
        return new Ask(null, text, syntax, fusion, options);
    }

    Ask fused(Fusion other) {
        return new Ask(embedding, text, syntax, other, options);
    }

    Ask with(SearchOptions other) {
        return new Ask(embedding, text, syntax, fusion, other);
    }

    Ask top(int other) {
        return with(options.withTopK(other));
    }

    Ask above(double other) {
        return with(options.withThreshold(other));
    }

    Ask where(Filter other) {
        return with(options.withFilter(other));
    }

    Ask boosted(String other) {
        return with(options.withBoost(other));
    }

    Ask include(Set<Include> other) {
        return with(options.withInclude(other));
    }

    HybridQuery toQuery() {
        return new HybridQuery(embedding, TextQuery.parse(text, syntax), fusion, options);
    }
}
