package dev.tributary.recall;

import dev.tributary.background.BackgroundTask;
import dev.tributary.failure.ServiceException;
import dev.tributary.recall.RecallMetrics.Outcome;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.VectorQuery;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs searches again exactly, one at a time in the background, and records how much of the exact
 * result the approximate one had. It pauses after each, so that all of them together take no more
 * than their share of the time. Most samples that arrive while it works or pauses are dropped: a
 * result must be compared while it is fresh, or every chunk written since then would count as a
 * miss. Safe for use by many threads.
 */
public final class RecallProbes extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(RecallProbes.class);

    /** Most samples that may wait. */
    static final int QUEUE_MAX = 8;

    /** A sample that has waited longer is dropped. */
    static final Duration AGE_MAX = Duration.ofSeconds(1);

    private final RecallProperties properties;
    private final RecallMetrics metrics;
    private final LongSupplier nanos;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE_MAX);

    /**
     * A search to be run again.
     *
     * @param search the store's search
     * @param distances distances of the hits that it returned; null if the approximate search must
     *     be repeated too
     */
    record Sample(
            BiFunction<Rows, VectorQuery, SearchResult> search,
            Rows rows,
            VectorQuery query,
            @Nullable List<Double> distances) {}

    private record Waiting(Sample sample, long sinceNanos) {}

    /**
     * Does nothing before it is started.
     *
     * @param nanos the clock, in nanoseconds from an arbitrary origin
     */
    RecallProbes(RecallProperties properties, RecallMetrics metrics, LongSupplier nanos) {
        super("recall probes", Duration.ZERO);
        this.properties = properties;
        this.metrics = metrics;
        this.nanos = nanos;
    }

    /** Wraps the store so that a sample of its approximate searches is measured afterwards. */
    public RecordStore measured(RecordStore store) {
        return new MeasuredRecordStore(store, this);
    }

    /** Decides at random: true for the configured share of calls. */
    boolean isWanted() {
        return ThreadLocalRandom.current().nextDouble() < properties.share();
    }

    /** Queues a sample, or drops it. Never waits. */
    void offer(Sample sample) {
        if (!metrics.hasRoomFor(sample.rows().collection().namespace())
                || !queue.offer(new Waiting(sample, nanos.getAsLong()))) {
            metrics.count(Outcome.DROPPED);
        }
    }

    /** The number of waiting samples. */
    int waiting() {
        return queue.size();
    }

    @Override
    protected Duration round() throws InterruptedException {
        return next();
    }

    /** Waits for a sample, probes it, and returns how long to pause. */
    Duration next() throws InterruptedException {
        Waiting waiting = queue.take();
        long start = nanos.getAsLong();
        if (start - waiting.sinceNanos() > AGE_MAX.toNanos()) {
            metrics.count(Outcome.DROPPED);
            return Duration.ZERO;
        }
        try {
            probe(waiting.sample());
        } catch (ServiceException e) {
            log.debug("the recall of a search was not measured: {}", e.getMessage());
            metrics.count(Outcome.FAILED);
        } catch (RuntimeException e) {
            log.error("the recall of a search was not measured", e);
            metrics.count(Outcome.FAILED);
        }
        long took = nanos.getAsLong() - start;
        return Duration.ofNanos((long) (took / properties.budget()) - took);
    }

    private void probe(Sample sample) {
        SearchOptions options = sample.query().options().withInclude(Set.of());
        List<Double> distances = sample.distances();
        if (distances == null) {
            distances = distances(sample, options);
        }
        SearchOptions exact = options.withExact(true).withStore(null);
        OptionalDouble recall = Recall.of(distances, distances(sample, exact));
        if (recall.isPresent()) {
            metrics.measured(sample.rows().collection().namespace(), recall.getAsDouble());
        } else {
            metrics.count(Outcome.EMPTY);
        }
    }

    private static List<Double> distances(Sample sample, SearchOptions options) {
        var query = new VectorQuery(sample.query().embedding(), options);
        return Recall.distances(sample.search().apply(sample.rows(), query));
    }
}
