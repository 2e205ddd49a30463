package dev.tributary.follow;

import dev.tributary.follow.Verification.Digests;
import dev.tributary.follow.Verification.Directions;
import dev.tributary.follow.Verification.Finding;
import dev.tributary.sync.ChangeLog;
import dev.tributary.sync.Follower;
import dev.tributary.sync.PendingChanges;
import dev.tributary.sync.SetAside;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.StoredChunk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compares copies with their collections while both are written to. Thread-safe.
 *
 * <p>Both sides are walked in the order of ids, and chunks that are not alike are looked at again:
 * a difference counts if it is the same twice, and no change of the chunk is pending. Chunks that
 * the store refuses are left out: they are known by name, and no page relies on the copy of one.
 */
@Component
class Verifier {
    private static final int SUSPECTS_MAX = 100_000;
    private static final int ROUNDS_MAX = 240;
    private static final int SAMPLE = 1_000;
    private static final double COSINE_MIN = 0.99999;

    private final ChangeLog log;

    /** What the caller does during a comparison. */
    interface Listener {
        /** Hears of compared chunks; may end the comparison by throwing. */
        void compared(int more);

        /** Gives pending changes time to be applied. */
        void settle() throws InterruptedException;
    }

    private enum Kind {
        MISSING,
        EXTRA,
        DIFFERENT
    }

    /** The hashes of a chunk on both sides; null if it is not there. */
    private record Pair(@Nullable String here, @Nullable String there) {
        boolean isAlike() {
            return Objects.equals(here, there);
        }

        Kind kind() {
            return there == null ? Kind.MISSING : here == null ? Kind.EXTRA : Kind.DIFFERENT;
        }
    }

    /** What a walk through both sides has found. */
    private record Walk(long compared, Set<UUID> suspects, long unnamed, Digests digests) {}

    Verifier(ChangeLog log) {
        this.log = log;
    }

    /**
     * Compares.
     *
     * @param follower the follower that keeps the copy in step
     * @param isRepaired whether what is not alike is mended, by logging it once more
     */
    Verification verify(
            ChunkMirror mirror, Follower follower, Listener listener, boolean isRepaired)
            throws InterruptedException {
        Instant begun = Instant.now();
        Walk walk = walk(mirror, listener);
        Map<UUID, Kind> found = new LinkedHashMap<>();
        long unsettled =
                walk.unnamed() + confirm(mirror, follower, walk.suspects(), listener, found);
        long repaired = 0;
        if (isRepaired && !found.isEmpty()) {
            log.repeat(follower.collection(), found.keySet());
            Map<UUID, Kind> left = new HashMap<>();
            long unknown = confirm(mirror, follower, found.keySet(), listener, left);
            repaired = found.size() - left.size() - unknown;
        }
        Directions directions = directions(mirror, listener);
        return new Verification(
                mirror.store().name(),
                mirror.generation().number(),
                walk.compared(),
                finding(found, Kind.MISSING),
                finding(found, Kind.EXTRA),
                finding(found, Kind.DIFFERENT),
                unsettled,
                repaired,
                directions,
                walk.digests(),
                begun,
                (Instant.now().toEpochMilli() - begun.toEpochMilli()) / 1_000.0);
    }

    private static Finding finding(Map<UUID, Kind> found, Kind kind) {
        return Finding.of(
                found.entrySet().stream()
                        .filter(entry -> entry.getValue() == kind)
                        .map(Map.Entry::getKey)
                        .toList());
    }

    private static Walk walk(ChunkMirror mirror, Listener listener) {
        var here = new HashedSide((after, limit) -> hashes(mirror, after, limit));
        var there =
                new HashedSide(
                        (after, limit) -> mirror.store().hashes(mirror.generation(), after, limit));
        Set<UUID> suspects = new LinkedHashSet<>();
        long compared = 0;
        long unnamed = 0;
        while (here.current() != null || there.current() != null) {
            int order = HashedSide.compare(here, there);
            Map.Entry<UUID, String> first =
                    Objects.requireNonNull(order <= 0 ? here.current() : there.current());
            boolean isAlike =
                    order == 0
                            && first.getValue()
                                    .equals(Objects.requireNonNull(there.current()).getValue());
            if (!isAlike && suspects.size() < SUSPECTS_MAX) {
                suspects.add(first.getKey());
            } else if (!isAlike) {
                unnamed++;
            }
            if (order <= 0) {
                here.next();
            }
            if (order >= 0) {
                there.next();
            }
            if (++compared % RecordStore.BATCH_MAX == 0) {
                listener.compared(RecordStore.BATCH_MAX);
            }
        }
        listener.compared((int) (compared % RecordStore.BATCH_MAX));
        return new Walk(compared, suspects, unnamed, new Digests(here.digest(), there.digest()));
    }

    /** The hashes of a page of the collection. */
    private static Map<UUID, String> hashes(ChunkMirror mirror, @Nullable UUID after, int limit) {
        return hashes(
                mirror.records()
                        .scroll(
                                mirror.generation().collection().allRows(),
                                null,
                                after,
                                limit,
                                ChunkMirror.INCLUDE)
                        .chunks());
    }

    private static Map<UUID, String> hashes(List<StoredChunk> chunks) {
        Map<UUID, String> hashes = new LinkedHashMap<>();
        chunks.forEach(chunk -> hashes.put(chunk.id(), RowHash.of(chunk)));
        return hashes;
    }

    /**
     * Looks at chunks again until it is known of each whether it is alike.
     *
     * @param found gets those that are not
     * @return how many are still being written to after a minute
     */
    private long confirm(
            ChunkMirror mirror,
            Follower follower,
            Set<UUID> suspects,
            Listener listener,
            Map<UUID, Kind> found)
            throws InterruptedException {
        Map<UUID, Pair> open = new LinkedHashMap<>();
        suspects.forEach(id -> open.put(id, new Pair(null, null)));
        for (int round = 0; round < ROUNDS_MAX && !open.isEmpty(); round++) {
            listener.settle();
            List<UUID> ids = List.copyOf(open.keySet());
            for (int from = 0; from < ids.size(); from += RecordStore.BATCH_MAX) {
                List<UUID> some =
                        ids.subList(from, Math.min(ids.size(), from + RecordStore.BATCH_MAX));
                look(mirror, follower, some, open, found);
            }
        }
        return open.size();
    }

    /** The store is read first: a change that comes in between is then pending, or applied. */
    private void look(
            ChunkMirror mirror,
            Follower follower,
            List<UUID> ids,
            Map<UUID, Pair> open,
            Map<UUID, Kind> found) {
        Map<UUID, String> there = mirror.store().hashes(mirror.generation(), ids);
        Map<UUID, String> here =
                hashes(
                        mirror.records()
                                .get(
                                        mirror.generation().collection().allRows(),
                                        ids,
                                        ChunkMirror.INCLUDE));
        PendingChanges pending =
                log.pending(follower, RecordStore.CHANGED_MAX)
                        .orElse(new PendingChanges(List.of(), false));
        Set<UUID> isPending = Set.copyOf(pending.chunks());
        Set<UUID> isRefused =
                log.setAside(follower, RecordStore.CHANGED_MAX).stream()
                        .map(SetAside::chunk)
                        .collect(Collectors.toSet());
        for (UUID id : ids) {
            var pair = new Pair(here.get(id), there.get(id));
            if (pair.isAlike() || isRefused.contains(id)) {
                open.remove(id);
            } else if (pending.isAll()
                    && !isPending.contains(id)
                    && pair.equals(open.put(id, pair))) {
                open.remove(id);
                found.put(id, pair.kind());
            }
        }
    }

    private static Directions directions(ChunkMirror mirror, Listener listener)
            throws InterruptedException {
        List<StoredChunk> sample =
                mirror.records()
                        .sample(
                                mirror.generation().collection().allRows(),
                                SAMPLE,
                                Set.of(Include.EMBEDDING));
        Map<UUID, Double> cosines = cosines(mirror, sample);
        List<UUID> low = low(cosines);
        if (!low.isEmpty()) {
            // They may have been written meanwhile.
            listener.settle();
            cosines.keySet().removeAll(low);
            cosines.putAll(
                    cosines(
                            mirror,
                            mirror.records()
                                    .get(
                                            mirror.generation().collection().allRows(),
                                            low,
                                            Set.of(Include.EMBEDDING))));
        }
        return new Directions(
                cosines.size(),
                cosines.values().stream().mapToDouble(each -> each).min().orElse(1),
                low(cosines).size());
    }

    private static List<UUID> low(Map<UUID, Double> cosines) {
        List<UUID> low = new ArrayList<>();
        cosines.forEach((id, cosine) -> {
            if (cosine < COSINE_MIN) {
                low.add(id);
            }
        });
        return low;
    }

    private static Map<UUID, Double> cosines(ChunkMirror mirror, List<StoredChunk> chunks) {
        Map<UUID, Embedding> there =
                mirror.store()
                        .embeddings(
                                mirror.generation(), chunks.stream().map(StoredChunk::id).toList());
        Map<UUID, Double> cosines = new LinkedHashMap<>();
        for (StoredChunk chunk : chunks) {
            Embedding copy = there.get(chunk.id());
            if (copy != null) {
                cosines.put(
                        chunk.id(),
                        cosine(
                                Objects.requireNonNull(chunk.embedding()).toArray(),
                                copy.toArray()));
            }
        }
        return cosines;
    }

    /** Two vectors without a direction are alike. */
    private static double cosine(float[] one, float[] other) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < one.length; i++) {
            product += (double) one[i] * other[i];
            first += (double) one[i] * one[i];
            second += (double) other[i] * other[i];
        }
        if (first == 0 || second == 0) {
            return first == second ? 1 : 0;
        }
        return product / Math.sqrt(first * second);
    }
}
