package dev.tributary.search;

import static java.util.Comparator.comparingDouble;

import dev.tributary.search.RankedHit.ParentMatch;
import dev.tributary.search.SearchSpec.Group;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Hit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The groups found so far, and their hits. Not for use by several threads. */
final class Groups {
    private final Group group;
    private final int max;
    private final Map<Object, Members> byKey = new LinkedHashMap<>();

    /** The hits that an ungrouped search would return: as many as there may be groups. */
    private final Set<UUID> leading = new HashSet<>();

    /** The hits of one group. */
    static final class Members {
        private final @Nullable Object key;
        private final @Nullable Object shown;
        private final Map<UUID, Hit> hits = new LinkedHashMap<>();
        private boolean whole;

        private Members(@Nullable Object key, @Nullable Object shown) {
            this.key = key;
            this.shown = shown;
            // A chunk without a value is a group of its own.
            this.whole = key == null;
        }

        private double best() {
            return hits.values().stream().mapToDouble(Hit::score).max().orElse(0);
        }
    }

    /**
     * Starts without groups.
     *
     * @param max most groups to keep; hits of any others are dropped
     */
    Groups(Group group, int max) {
        this.group = group;
        this.max = max;
    }

    boolean isFull() {
        return byKey.size() >= max;
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    /**
     * Adds hits to their groups, in their order.
     *
     * @param values values by id; a hit without a value is a group of its own
     * @param whole true if the groups that are new here have no further chunks
     */
    void add(List<Hit> hits, Map<UUID, Object> values, boolean whole) {
        if (leading.isEmpty()) {
            hits.stream().limit(max).map(Hit::id).forEach(leading::add);
        }
        for (Hit hit : hits) {
            Object shown = values.get(hit.id());
            Object key = shown == null ? null : group.by().keyOf(shown);
            Object name = key == null ? hit.id() : key;
            Members members = byKey.get(name);
            if (members == null && !isFull()) {
                members = new Members(key, shown);
                members.whole |= whole;
                byKey.put(name, members);
            }
            if (members != null) {
                members.hits.putIfAbsent(hit.id(), hit);
            }
        }
    }

    /** Replaces all hits, and orders the groups by the new hits. */
    void replace(List<Hit> hits, Map<UUID, Object> values) {
        Map<Object, Members> before = new LinkedHashMap<>(byKey);
        byKey.clear();
        leading.clear();
        add(hits, values, false);
        byKey.keySet().retainAll(before.keySet());
        before.forEach(byKey::putIfAbsent);
    }

    /** Replaces the hits of one group. */
    void replace(Members members, List<Hit> hits) {
        if (!hits.isEmpty()) {
            members.hits.clear();
            hits.forEach(hit -> members.hits.put(hit.id(), hit));
        }
        members.whole = true;
    }

    /** The groups that may have further hits and need them. */
    List<Members> open() {
        return byKey.values().stream()
                .filter(members -> !members.whole && members.hits.size() < group.size())
                .toList();
    }

    List<Members> all() {
        return List.copyOf(byKey.values());
    }

    /** Matches the chunks of these groups. */
    Filter only(List<Members> wanted) {
        List<Object> keys = new ArrayList<>();
        List<UUID> alone = new ArrayList<>();
        for (Members members : wanted) {
            if (members.key == null) {
                alone.addAll(members.hits.keySet());
            } else {
                keys.add(members.key);
            }
        }
        List<Filter> parts = new ArrayList<>();
        if (!keys.isEmpty()) {
            parts.add(group.by().matching(keys));
        }
        if (!alone.isEmpty()) {
            parts.add(Filter.ids(alone));
        }
        return parts.size() == 1 ? parts.getFirst() : new Filter.Or(parts);
    }

    /** Sorts the groups by their best hits, best first. */
    void sortByScore() {
        List<Map.Entry<Object, Members>> sorted = new ArrayList<>(byKey.entrySet());
        sorted.sort(
                comparingDouble((Map.Entry<Object, Members> entry) -> entry.getValue().best())
                        .reversed());
        byKey.clear();
        for (Map.Entry<Object, Members> entry : sorted) {
            Members members = entry.getValue();
            byKey.put(entry.getKey(), members);
            List<Hit> hits = new ArrayList<>(members.hits.values());
            hits.sort(comparingDouble(Hit::score).reversed());
            members.hits.clear();
            hits.forEach(hit -> members.hits.put(hit.id(), hit));
        }
    }

    /** The hits, at most as many per group as the group size. */
    List<RankedHit> hits() {
        List<RankedHit> hits = new ArrayList<>();
        byKey.forEach((name, members) ->
                members.hits.values().stream()
                        .limit(group.size())
                        .map(hit -> ranked(hit, name, members))
                        .forEach(hits::add));
        return hits;
    }

    private RankedHit ranked(Hit hit, Object name, Members members) {
        return switch (group.by()) {
            case GroupField _ -> new RankedHit(hit, name, members.shown, null, null);
            case ParentKey _ -> new RankedHit(hit, name, null, null, parentMatch(hit, members));
        };
    }

    private @Nullable ParentMatch parentMatch(Hit best, Members members) {
        Integer index = best.parentIndex();
        if (index == null) {
            return null;
        }
        List<Integer> chunks =
                members.hits.values().stream()
                        .filter(hit -> hit.id().equals(best.id()) || leading.contains(hit.id()))
                        .map(hit -> hit.key().chunkIndex())
                        .toList();
        return new ParentMatch(index, chunks);
    }
}
