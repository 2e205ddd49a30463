package dev.tributary.follow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Metrics of derived stores, by store. Gauges count all collections and are the same on every
 * instance; counters count what this instance did. Safe for use by many threads.
 */
@Component
class FollowMetrics {
    private final MeterRegistry registry;
    private final Map<String, Backlog> backlogs = new ConcurrentHashMap<>();

    /**
     * How far copies are behind.
     *
     * @param changes changes that were not applied yet
     * @param oldestSeconds age of the oldest of them
     * @param setAside changes that the store refused
     * @param broken copies that must be rebuilt
     */
    record Backlog(long changes, double oldestSeconds, long setAside, long broken) {
        static final Backlog NONE = new Backlog(0, 0, 0, 0);

        Backlog plus(Backlog other) {
            return new Backlog(
                    changes + other.changes,
                    Math.max(oldestSeconds, other.oldestSeconds),
                    setAside + other.setAside,
                    broken + other.broken);
        }
    }

    FollowMetrics(MeterRegistry registry, DerivedStores stores) {
        this.registry = registry;
        stores.names().forEach(this::register);
    }

    private void register(String store) {
        gauge("store_pending_changes", "changes that derived stores do not have yet", store);
        gauge("store_oldest_change_seconds", "age of the oldest pending change", store);
        gauge("store_refused_changes", "changes that a derived store refused", store);
        gauge("store_broken_copies", "copies that must be rebuilt", store);
    }

    private void gauge(String name, String description, String store) {
        Gauge.builder(name, () -> value(name, backlogs.getOrDefault(store, Backlog.NONE)))
                .description(description)
                .tag("store", store)
                .register(registry);
    }

    private static double value(String name, Backlog backlog) {
        return switch (name) {
            case "store_pending_changes" -> backlog.changes();
            case "store_oldest_change_seconds" -> backlog.oldestSeconds();
            case "store_refused_changes" -> backlog.setAside();
            default -> backlog.broken();
        };
    }

    void backlogs(Map<String, Backlog> now) {
        backlogs.keySet().retainAll(now.keySet());
        backlogs.putAll(now);
    }

    void applied(String store, int changes) {
        count("store_changes_applied", "changes applied to derived stores", store, changes);
    }

    void failed(String store, int changes) {
        count("store_changes_refused", "changes that derived stores refused", store, changes);
    }

    private void count(String name, String description, String store, int more) {
        Counter.builder(name)
                .description(description)
                .tag("store", store)
                .register(registry)
                .increment(more);
    }
}
