package dev.tributary.recall;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The results of the probes, as metrics: {@code pgvector_search_recall}, a gauge by namespace, and
 * the counter {@code pgvector_search_recall_probes_total} by outcome. Safe for use by many threads.
 */
final class RecallMetrics {
    /** The gauge is the mean of this many last probes of its namespace. */
    static final int WINDOW = 100;

    /** Most namespaces that have a gauge; the first ones that were searched get one. */
    static final int NAMESPACES_MAX = 1_000;

    private final MeterRegistry registry;
    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
    private final Map<String, Window> windows = new HashMap<>();

    /** The outcome of a sample. */
    enum Outcome {
        MEASURED,
        /** There was nothing to find. */
        EMPTY,
        /** The store could not answer. */
        FAILED,
        /**
         * The queue was full, the sample was too old at its turn, or there were too many
         * namespaces.
         */
        DROPPED
    }

    /** The last values of a namespace. */
    private static final class Window {
        private final double[] values = new double[WINDOW];
        private int count;

        synchronized void add(double value) {
            values[count++ % WINDOW] = value;
            if (count == 2 * WINDOW) {
                count = WINDOW;
            }
        }

        synchronized double mean() {
            int filled = Math.min(count, WINDOW);
            double sum = 0;
            for (int i = 0; i < filled; i++) {
                sum += values[i];
            }
            return sum / filled;
        }
    }

    RecallMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            counters.put(
                    outcome,
                    Counter.builder("pgvector_search_recall_probes")
                            .description("live searches selected for an exact rerun")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    /** Whether the namespace has a gauge, or may have one. */
    synchronized boolean hasRoomFor(String namespace) {
        return windows.containsKey(namespace) || windows.size() < NAMESPACES_MAX;
    }

    /**
     * Records a measurement.
     *
     * @param recall 0 to 1
     */
    synchronized void measured(String namespace, double recall) {
        if (!hasRoomFor(namespace)) {
            count(Outcome.DROPPED);
            return;
        }
        Window window = windows.get(namespace);
        boolean isNew = window == null;
        if (window == null) {
            window = new Window();
            windows.put(namespace, window);
        }
        window.add(recall);
        if (isNew) {
            Gauge.builder("pgvector_search_recall", window, Window::mean)
                    .description(
                            "share of the nearest chunks that approximate searches found, mean over"
                                    + " the last 100 probes")
                    .tag("namespace", namespace)
                    .register(registry);
        }
        count(Outcome.MEASURED);
    }

    void count(Outcome outcome) {
        Counter counter = counters.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }
}
