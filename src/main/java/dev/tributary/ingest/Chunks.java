package dev.tributary.ingest;

import dev.tributary.failure.Bounds;
import dev.tributary.failure.ServiceException;
import dev.tributary.ingest.ChunkRequests.Delete;
import dev.tributary.json.Includes;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Include;
import dev.tributary.vector.Page;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.StoredChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds, lists, counts and deletes stored chunks. */
@Component
class Chunks {
    private static final int PAGE_DEFAULT = 100;

    private final RecordStore store;
    private final IngestProperties limits;

    Chunks(RecordStore store, IngestProperties limits) {
        this.store = store;
        this.limits = limits;
    }

    StoredChunk get(Rows rows, UUID id, @Nullable List<Include> include) {
        List<StoredChunk> found = store.get(rows, List.of(id), Includes.of(include));
        if (found.isEmpty()) {
            throw ServiceException.missing("chunk", id);
        }
        return found.getFirst();
    }

    List<StoredChunk> get(Rows rows, @Nullable List<UUID> ids, @Nullable List<Include> include) {
        return store.get(rows, ids(ids), Includes.of(include));
    }

    Page scroll(
            Rows rows,
            @Nullable Map<String, @Nullable Object> filter,
            @Nullable String cursor,
            @Nullable Integer limit,
            @Nullable List<Include> include) {
        int size = limit == null ? Math.min(PAGE_DEFAULT, limits.chunksMax()) : limit;
        Bounds.require("limit", size, 1, limits.chunksMax());
        return store.scroll(rows, filter(filter), after(cursor), size, Includes.of(include));
    }

    long count(Rows rows, @Nullable Map<String, @Nullable Object> filter) {
        return store.count(rows, filter(filter));
    }

    long delete(Rows rows, Delete request) {
        Filter selected = selected(request);
        return Boolean.TRUE.equals(request.dryRun())
                ? store.count(rows, selected)
                : store.delete(rows, selected);
    }

    private Filter selected(Delete request) {
        List<Filter> selections = new ArrayList<>();
        if (request.ids() != null) {
            selections.add(Filter.ids(ids(request.ids())));
        }
        if (request.filter() != null) {
            selections.add(Filter.parse(request.filter()));
        }
        if (request.sourceId() != null) {
            ChunkKey key = ChunkRules.key(request.sourceType(), request.sourceId(), 0);
            selections.add(Filter.source(key.sourceType(), key.sourceId()));
        }
        if (selections.size() != 1) {
            throw ServiceException.invalid(
                    "ids",
                    "or filter or source_id is required: exactly one, not " + selections.size());
        }
        if (request.sourceType() != null && request.sourceId() == null) {
            throw ServiceException.invalid("source_type", "requires source_id");
        }
        return selections.getFirst();
    }

    private List<UUID> ids(@Nullable List<UUID> ids) {
        if (ids == null || ids.isEmpty()) {
            throw ServiceException.invalid("ids", "is required: one id or more");
        }
        if (ids.size() > limits.chunksMax()) {
            throw ServiceException.invalid(
                    "ids",
                    "has %,d ids, must have at most %,d".formatted(ids.size(), limits.chunksMax()));
        }
        for (int i = 0; i < ids.size(); i++) {
            @Nullable UUID id = ids.get(i);
            if (id == null) {
                throw ServiceException.invalid("ids[" + i + "]", "must be a UUID");
            }
        }
        return ids;
    }

    private static @Nullable Filter filter(@Nullable Map<String, @Nullable Object> filter) {
        return filter == null || filter.isEmpty() ? null : Filter.parse(filter);
    }

    private static @Nullable UUID after(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != 16) {
            throw ServiceException.invalid("cursor", "is not the next_cursor of a page");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
