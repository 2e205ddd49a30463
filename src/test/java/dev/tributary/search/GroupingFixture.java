package dev.tributary.search;

import static dev.tributary.vector.ChunkBuilder.chunk;

import dev.tributary.vector.Chunk;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.InMemoryRecordStore;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.Metric;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.TextSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Chunks in a plane, grouped from an origin. */
abstract class GroupingFixture {
    static final Embedding ORIGIN = Embedding.copyOf(0, 0);
    static final CollectionRef COLLECTION =
            new CollectionRef(
                    1,
                    "default",
                    2,
                    Metric.L2,
                    TextSpec.of("simple"),
                    IndexSpec.hnsw(IndexSpec.Precision.FLOAT32));

    final RecordStore store = new InMemoryRecordStore();

    /** All that were stored. */
    final List<Chunk> chunks = new ArrayList<>();

    static Chunk at(String source, int chunkIndex, double distance) {
        return chunk(source, chunkIndex).embedding((float) distance, 0).build();
    }

    final void fill(List<Chunk> added) {
        store.create(COLLECTION);
        chunks.addAll(added);
        for (int from = 0; from < added.size(); from += RecordStore.BATCH_MAX) {
            int to = Math.min(added.size(), from + RecordStore.BATCH_MAX);
            store.upsert(COLLECTION.allRows(), added.subList(from, to));
        }
    }

    static List<UUID> ids(RankedHits found) {
        return found.hits().stream().map(it -> it.hit().id()).toList();
    }

    static List<@Nullable Object> groups(RankedHits found) {
        List<@Nullable Object> groups = new ArrayList<>();
        found.hits().forEach(it -> groups.add(it.groupValue()));
        return groups;
    }
}
