package dev.tributary.search;

import static java.util.Comparator.comparingDouble;

import dev.tributary.search.Terms.Group;
import dev.tributary.vector.Filter;
import dev.tributary.vector.Filter.Value;
import dev.tributary.vector.Hit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The groups found so far, and their hits. Not for use by several threads. */
final class Groups {
    private final Group group;
    private final int max;
    private final Map<Object, Members> byKey = new LinkedHashMap<>();

    /** Those of one group. */
    static final class Members {
        private final @Nullable Value value;
        private final @Nullable Object shown;
        private final Map<UUID, Hit> hits = new LinkedHashMap<>();
        private boolean whole;

        private Members(@Nullable Value value, @Nullable Object shown) {
            this.value = value;
            this.shown = shown;
            // A chunk without a value is a group of its own.
            this.whole = value == null;
        }

        private double best() {
            return hits.values().stream().mapToDouble(Hit::score).max().orElse(0);
        }
    }

    /**
     * None yet.
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
     * Adds hits to their groups, in the order they have.
     *
     * @param values by id; a hit without one is a group of its own
     * @param whole true if no further chunks of the groups that are new here exist
     */
    void add(List<Hit> hits, Map<UUID, Object> values, boolean whole) {
        for (Hit hit : hits) {
            Object shown = values.get(hit.id());
            Value value = shown == null ? null : GroupField.filterValue(shown);
            Object key = value == null ? hit.id() : value;
            Members members = byKey.get(key);
            if (members == null && !isFull()) {
                members = new Members(value, shown);
                members.whole |= whole;
                byKey.put(key, members);
            }
            if (members != null) {
                members.hits.putIfAbsent(hit.id(), hit);
            }
        }
    }

    /** Takes these hits instead of those there were, and their order for that of the groups. */
    void replace(List<Hit> hits, Map<UUID, Object> values) {
        Map<Object, Members> before = new LinkedHashMap<>(byKey);
        byKey.clear();
        add(hits, values, false);
        byKey.keySet().retainAll(before.keySet());
        before.forEach(byKey::putIfAbsent);
    }

    /** Takes these hits for those of one group. */
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
        List<Value> values = new ArrayList<>();
        List<UUID> alone = new ArrayList<>();
        for (Members members : wanted) {
            if (members.value == null) {
                alone.addAll(members.hits.keySet());
            } else {
                values.add(members.value);
            }
        }
        List<Filter> parts = new ArrayList<>();
        if (!values.isEmpty()) {
            parts.add(new Filter.In(group.field().field(), values));
        }
        if (!alone.isEmpty()) {
            parts.add(Filter.ids(alone));
        }
        return parts.size() == 1 ? parts.getFirst() : new Filter.Or(parts);
    }

    /** Best group first, as their best hits are. */
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

    /** The hits, cut to the size of a group. */
    List<Candidate> candidates() {
        List<Candidate> candidates = new ArrayList<>();
        byKey.forEach((key, members) ->
                members.hits.values().stream()
                        .limit(group.size())
                        .map(hit -> new Candidate(hit, key, members.shown, null))
                        .forEach(candidates::add));
        return candidates;
    }
}
