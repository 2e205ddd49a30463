package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import dev.tributary.vector.ChunkFields;
import dev.tributary.vector.ChunkOutcome;
import dev.tributary.vector.ChunkOutcome.Status;
import dev.tributary.vector.ChunkPatch;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Changes metadata, tenant, ACL digest and boosts of stored chunks. */
@Component
class ChunkPatches {
    private final RecordStore store;

    ChunkPatches(RecordStore store) {
        this.store = store;
    }

    /** Changes chunks, each by itself; one that cannot be changed fails alone. */
    PutAnswer patch(Rows rows, @Nullable PatchMode mode, List<PatchInput> inputs) {
        Map<Integer, PutAnswer.Result> results = new TreeMap<>();
        Map<Integer, ChunkPatch> patches = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            PatchInput input = inputs.get(i);
            try {
                patches.put(i, patch(rows, mode, input));
            } catch (ServiceException e) {
                results.put(
                        i, new PutAnswer.Result(input.id(), Status.FAILED, e.getMessage(), null));
            }
        }
        List<ChunkOutcome> outcomes = store.patch(rows, List.copyOf(patches.values()));
        int next = 0;
        for (int i : patches.keySet()) {
            ChunkOutcome outcome = outcomes.get(next++);
            results.put(
                    i, new PutAnswer.Result(outcome.id(), outcome.status(), outcome.error(), null));
        }
        return PutAnswer.of(List.copyOf(results.values()));
    }

    private static ChunkPatch patch(Rows rows, @Nullable PatchMode mode, PatchInput input) {
        requireRead(input);
        UUID id = input.id();
        if (id == null) {
            throw ServiceException.invalid("id", "is required");
        }
        PatchMode own = input.mode() == null ? mode : input.mode();
        return new ChunkPatch(id, before -> apply(rows, own, input, before));
    }

    private static void requireRead(PatchInput input) {
        FieldError error = input.error();
        if (error != null) {
            throw ServiceException.invalid(List.of(error));
        }
    }

    /**
     * Changes one chunk.
     *
     * @throws ServiceException {@code MISSING} if it does not exist; {@code INVALID} or {@code
     *     DENIED} if it cannot be changed so
     */
    void patch(Rows rows, UUID id, PatchInput input) {
        requireRead(input);
        if (input.id() != null && !input.id().equals(id)) {
            throw ServiceException.invalid("id", "is " + input.id() + ", must be that of the path");
        }
        var failure = new AtomicReference<>(ServiceException.missing("chunk", id));
        var refused = ServiceException.invalid("metadata", "cannot be stored");
        var patch =
                new ChunkPatch(
                        id,
                        before -> {
                            failure.set(refused);
                            try {
                                return apply(rows, input.mode(), input, before);
                            } catch (ServiceException e) {
                                failure.set(e);
                                throw e;
                            }
                        });
        ChunkOutcome outcome = store.patch(rows, List.of(patch)).getFirst();
        if (outcome.status() == Status.FAILED) {
            throw failure.get();
        }
    }

    private static ChunkFields apply(
            Rows rows, @Nullable PatchMode mode, PatchInput input, ChunkFields before) {
        boolean isMerge = mode != PatchMode.REPLACE;
        Map<String, @Nullable Object> metadata = before.metadata();
        if (input.has("metadata")) {
            metadata = ChunkRules.metadata(changed(isMerge, metadata, input.metadata()));
        }
        Map<String, Double> boosts = before.boosts();
        if (input.has("boosts")) {
            Map<String, @Nullable Object> factors = new LinkedHashMap<>(boosts);
            boosts = ChunkRules.boosts(numbers(changed(isMerge, factors, input.boosts())));
        }
        String tenant = before.tenant();
        if (input.has("tenant")) {
            tenant = input.tenant() == null ? rows.tenant() : ChunkRules.tenant(input.tenant());
            rows.requireContains(tenant);
        }
        return new ChunkFields(
                metadata,
                tenant,
                input.has("acl_digest")
                        ? ChunkRules.aclDigest(input.aclDigest())
                        : before.aclDigest(),
                boosts);
    }

    private static Map<String, @Nullable Object> changed(
            boolean isMerge,
            Map<String, @Nullable Object> before,
            @Nullable Map<String, @Nullable Object> patch) {
        if (patch == null) {
            return Map.of();
        }
        return isMerge ? merged(before, patch) : patch;
    }

    /** MergePatch of RFC 7396, section 2, for a patch that is an object. */
    private static Map<String, @Nullable Object> merged(
            @Nullable Object target, Map<?, ? extends @Nullable Object> patch) {
        Map<String, @Nullable Object> merged = new LinkedHashMap<>();
        if (target instanceof Map<?, ? extends @Nullable Object> object) {
            object.forEach((key, value) -> merged.put(String.valueOf(key), value));
        }
        for (Map.Entry<?, ? extends @Nullable Object> entry : patch.entrySet()) {
            String key = String.valueOf(entry.getKey());
            switch (entry.getValue()) {
                case null -> merged.remove(key);
                case Map<?, ? extends @Nullable Object> object ->
                        merged.put(key, merged(merged.get(key), object));
                case Object value -> merged.put(key, value);
            }
        }
        return merged;
    }

    private static Map<String, Double> numbers(Map<String, @Nullable Object> boosts) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        boosts.forEach((name, factor) -> {
            if (!(factor instanceof Number number)) {
                throw ServiceException.invalid("boosts." + name, "must be a number");
            }
            numbers.put(name, number.doubleValue());
        });
        return numbers;
    }
}
