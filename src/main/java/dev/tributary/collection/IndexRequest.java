package dev.tributary.collection;

import dev.tributary.failure.FieldErrors;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.IndexUpkeep;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the approximate index is built.
 *
 * @param type hnsw (a graph, the default), ivfflat (clusters, built once there are rows) or none
 *     (every search is exact)
 * @param precision how each component is stored in the index: float32 up to 2,000 dimensions,
 *     float16 up to 4,000, or binary; the finest that fits by default
 * @param m links per node of an hnsw graph, 2 to 100, 16 by default
 * @param efConstruction candidates kept while an hnsw graph is built, 4 to 1,000 and at least 2m,
 *     200 by default
 * @param lists clusters of an ivfflat index, 1 to 32,768, 100 by default
 */
public record IndexRequest(
        IndexSpec.@Nullable Type type,
        @Nullable Precision precision,
        @Nullable Integer m,
        @Nullable Integer efConstruction,
        @Nullable Integer lists) {
    static final IndexRequest DEFAULT = new IndexRequest(null, null, null, null, null);

    private static final int M_MIN = 2;
    private static final int M_MAX = 100;
    private static final int EF_CONSTRUCTION_MIN = 4;
    private static final int EF_CONSTRUCTION_MAX = 1_000;
    private static final int LISTS_MAX = 32_768;

    /**
     * Returns the requested index, with defaults for absent fields.
     *
     * @throws ServiceException {@code IMPOSSIBLE} if the precision cannot index this many
     *     dimensions
     */
    IndexSpec toSpec(int dimension, IndexUpkeep indexes) {
        IndexSpec.Type wanted = typeOrDefault();
        if (wanted == IndexSpec.Type.NONE) {
            return IndexSpec.none();
        }
        Precision finest = indexes.finestPrecision(dimension);
        Precision chosen = precision == null ? finest : precision;
        int dimensionMax = indexes.dimensionMax(chosen);
        if (dimension > dimensionMax) {
            throw ServiceException.impossible(
                            "dimension_too_high",
                            "index.precision",
                            "%s indexes up to %,d dimensions, the collection has %,d"
                                    .formatted(word(chosen), dimensionMax, dimension))
                    .withHint(
                            "use precision %s: embeddings stay stored in float32"
                                    .formatted(word(finest)));
        }
        return wanted == IndexSpec.Type.IVFFLAT
                ? IndexSpec.ivfflat(chosen, or(lists, IndexSpec.LISTS_DEFAULT))
                : new IndexSpec(
                        IndexSpec.Type.HNSW,
                        chosen,
                        links(),
                        or(efConstruction, efConstructionDefault()),
                        0);
    }

    /**
     * Returns this request with absent fields taken from the current index, unless the type
     * changes.
     */
    IndexRequest over(IndexSpec now) {
        if (type != null && type != now.type()) {
            return this;
        }
        return new IndexRequest(
                now.type(),
                precision == null && now.type() != IndexSpec.Type.NONE
                        ? now.precision()
                        : precision,
                m == null && now.type() == IndexSpec.Type.HNSW ? Integer.valueOf(now.m()) : m,
                efConstruction == null && now.type() == IndexSpec.Type.HNSW
                        ? Integer.valueOf(now.efConstruction())
                        : efConstruction,
                lists == null && now.type() == IndexSpec.Type.IVFFLAT
                        ? Integer.valueOf(now.lists())
                        : lists);
    }

    /** Adds an error for every field that is invalid by itself. */
    void check(FieldErrors errors) {
        IndexSpec.Type wanted = typeOrDefault();
        errors.range("index.m", m, M_MIN, M_MAX);
        errors.range(
                "index.ef_construction",
                efConstruction,
                Math.max(EF_CONSTRUCTION_MIN, 2 * Math.clamp(links(), M_MIN, M_MAX)),
                EF_CONSTRUCTION_MAX);
        errors.range("index.lists", lists, 1, LISTS_MAX);
        only(errors, "index.m", m, wanted == IndexSpec.Type.HNSW, wanted);
        only(
                errors,
                "index.ef_construction",
                efConstruction,
                wanted == IndexSpec.Type.HNSW,
                wanted);
        only(errors, "index.lists", lists, wanted == IndexSpec.Type.IVFFLAT, wanted);
        only(errors, "index.precision", precision, wanted != IndexSpec.Type.NONE, wanted);
    }

    private static void only(
            FieldErrors errors,
            String field,
            @Nullable Object value,
            boolean applies,
            IndexSpec.Type type) {
        if (value != null && !applies) {
            errors.refuse(field, "cannot be combined with type " + word(type));
        }
    }

    private IndexSpec.Type typeOrDefault() {
        return type == null ? IndexSpec.Type.HNSW : type;
    }

    private int links() {
        return or(m, IndexSpec.M_DEFAULT);
    }

    private int efConstructionDefault() {
        return Math.max(IndexSpec.EF_CONSTRUCTION_DEFAULT, 2 * links());
    }

    private static int or(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
