package dev.tributary.pgvector;

import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.Metric;
import java.util.Locale;

/**
 * How a search must be written so that the planner uses a collection's approximate index: {@code
 * ORDER BY expression operator query LIMIT n}, where the expression is exactly the indexed one, the
 * operator belongs to the index's operator class, and there is no second key.
 *
 * <p>An exact search uses the bare column, which no index has as its expression.
 *
 * @param expression the indexed expression
 * @param query the query vector of the CTE {@code q}, in the type of the expression
 * @param orderBy the operator of the index
 * @param distance the operator of the metric, in full precision
 */
record IndexExpression(String expression, String query, String orderBy, String distance) {
    /** The exact search: the bare column, in the metric's own operator. */
    static IndexExpression exact(CollectionRef collection) {
        String operator = operator(collection.metric());
        return new IndexExpression("embedding", "(SELECT v FROM q)", operator, operator);
    }

    static IndexExpression of(CollectionRef collection) {
        if (collection.index().type() == IndexSpec.Type.NONE) {
            return exact(collection);
        }
        int dimension = collection.dimension();
        String operator = operator(collection.metric());
        return switch (collection.index().precision()) {
            case FLOAT32 ->
                    new IndexExpression(
                            "(embedding::vector(%d))".formatted(dimension),
                            "(SELECT v FROM q)",
                            operator,
                            operator);
            case FLOAT16 ->
                    new IndexExpression(
                            "(embedding::halfvec(%d))".formatted(dimension),
                            "(SELECT v::halfvec(%d) FROM q)".formatted(dimension),
                            operator,
                            operator);
            case BINARY ->
                    new IndexExpression(
                            "(binary_quantize(embedding)::bit(%d))".formatted(dimension),
                            "(SELECT binary_quantize(v)::bit(%d) FROM q)".formatted(dimension),
                            "<~>",
                            operator);
        };
    }

    private static String operator(Metric metric) {
        return switch (metric) {
            case COSINE -> "<=>";
            case L2 -> "<->";
            case INNER_PRODUCT -> "<#>";
        };
    }

    /** The key that a search orders by. */
    String key() {
        return expression + " " + orderBy + " " + query;
    }

    /** The distance of a row in full precision. */
    String rowDistance() {
        return "embedding " + distance + " (SELECT v FROM q)";
    }

    /**
     * How many candidates to take from the index for a page of this size. Signs alone order rows
     * only coarsely, so ten times as many are taken, or as many as the walk keeps if that is more,
     * and scored again in full precision.
     */
    static int candidates(CollectionRef collection, int limit, int efSearch) {
        boolean coarse =
                collection.index().type() != IndexSpec.Type.NONE
                        && collection.index().precision() == Precision.BINARY;
        return coarse ? Math.max(limit, Math.min(Math.max(10 * limit, efSearch), 1_000)) : limit;
    }

    /** The name of an index, different for each shape and boundary, so that two can coexist. */
    static String name(CollectionRef collection, long boundary) {
        return "%s_ann_%s_%d".formatted(Partitions.table(collection), shape(collection), boundary);
    }

    /** Type, precision and parameters of an index, as they appear in its name. */
    static String shape(CollectionRef collection) {
        IndexSpec index = collection.index();
        String parameters =
                switch (index.type()) {
                    case HNSW -> index.m() + "_" + index.efConstruction();
                    case IVFFLAT -> String.valueOf(index.lists());
                    case NONE -> "";
                };
        return "%s_%s_%s".formatted(sqlName(index.type()), sqlName(index.precision()), parameters);
    }

    /** The most dimensions that pgvector indexes in this precision. */
    static int dimensionMax(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> 2_000;
            case FLOAT16 -> 4_000;
            case BINARY -> Embedding.DIMENSION_MAX;
        };
    }

    /** The finest precision in which pgvector indexes this many dimensions. */
    static Precision finestPrecision(int dimension) {
        for (Precision precision : Precision.values()) {
            if (dimension <= dimensionMax(precision)) {
                return precision;
            }
        }
        return Precision.BINARY;
    }

    /** An enum's name in SQL. */
    static String sqlName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
