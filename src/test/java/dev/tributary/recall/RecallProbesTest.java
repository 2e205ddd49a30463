package dev.tributary.recall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.failure.ServiceException;
import dev.tributary.recall.RecallProbes.Sample;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Hit;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexSpec.Precision;
import dev.tributary.vector.Metric;
import dev.tributary.vector.Rows;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.TextSpec;
import dev.tributary.vector.VectorQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecallProbesTest {
    private static final Duration TOOK = Duration.ofMillis(40);

    private final AtomicLong clock = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RecallMetrics metrics = new RecallMetrics(registry);
    private final RecallProbes probes =
            new RecallProbes(
                    new RecallProperties(1, 0.01, Duration.ofSeconds(30)), metrics, clock::get);
    private final List<SearchOptions> asked = new ArrayList<>();

    /** A store whose exact answer is 0, 1, 2, …, and whose approximate one is given. */
    private BiFunction<Rows, VectorQuery, SearchResult> store(double... approximate) {
        return (_, query) -> {
            asked.add(query.options());
            clock.addAndGet(TOOK.toNanos());
            int topK = query.options().topK();
            return query.options().exact()
                    ? answer(IntStream.range(0, topK).asDoubleStream().toArray())
                    : answer(approximate);
        };
    }

    private static SearchResult answer(double... distances) {
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; i < distances.length; i++) {
            var key = new ChunkKey("document", "source", i);
            hits.add(new Hit(key.toId(), key, 0, distances[i], null, null, null, null));
        }
        return new SearchResult(hits, true, List.of());
    }

    private static Sample sample(
            String namespace,
            BiFunction<Rows, VectorQuery, SearchResult> store,
            @Nullable List<Double> distances) {
        var collection =
                new CollectionRef(
                        1,
                        namespace,
                        2,
                        Metric.L2,
                        TextSpec.of("english"),
                        IndexSpec.hnsw(Precision.FLOAT32));
        var query = new VectorQuery(Embedding.copyOf(1, 0), SearchOptions.top(4).withEfSearch(7));
        return new Sample(store, collection.allRows(), query, distances);
    }

    private double recall(String namespace) {
        return registry.get("pgvector_search_recall").tag("namespace", namespace).gauge().value();
    }

    private double count(String outcome) {
        return registry.get("pgvector_search_recall_probes")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void comparesTheAnswerWithTheExactOne() throws Exception {
        probes.offer(sample("default", store(), List.of(0.0, 1.0, 3.0, 5.0)));

        probes.next();

        assertThat(recall("default")).isEqualTo(0.75);
        assertThat(asked).hasSize(1);
        assertThat(asked.getFirst())
                .isEqualTo(
                        SearchOptions.top(4).withEfSearch(7).withExact(true).withInclude(Set.of()));
    }

    @Test
    void asksForTheApproximateAnswerToo() throws Exception {
        probes.offer(sample("default", store(0, 9, 9, 9), null));

        probes.next();

        assertThat(recall("default")).isEqualTo(0.25);
        assertThat(asked).extracting(SearchOptions::exact).containsExactly(false, true);
    }

    @Test
    void theGaugeIsTheMeanOfTheLastHundredOfItsNamespace() throws Exception {
        List<Double> all = List.of(0.0, 1.0, 2.0, 3.0);
        for (int i = 0; i < 250; i++) {
            probes.offer(sample("a", store(), i < 200 ? List.of() : all));
            probes.next();
        }
        probes.offer(sample("b", store(), all));
        probes.next();

        assertThat(recall("a")).isEqualTo(0.5);
        assertThat(recall("b")).isEqualTo(1);
        assertThat(count("measured")).isEqualTo(251);
    }

    @Test
    void restsSoLongThatProbesTakeTheirShareOfTheTime() throws Exception {
        long working = 0;
        long start = clock.get();
        for (int i = 0; i < 20; i++) {
            // The first asks once, the second twice, and so on by turns.
            probes.offer(sample("default", store(0), i % 2 == 0 ? List.of() : null));
            long before = clock.get();
            Duration rest = probes.next();
            working += clock.get() - before;
            clock.addAndGet(rest.toNanos());
        }

        double share = (double) working / (clock.get() - start);
        assertThat(share).isBetween(0.0099, 0.01);
    }

    @Test
    void aFailureIsDroppedAndRestedFromToo() throws Exception {
        BiFunction<Rows, VectorQuery, SearchResult> away =
                (_, _) -> {
                    clock.addAndGet(TOOK.toNanos());
                    throw ServiceException.unavailable("database_unavailable", "away");
                };
        BiFunction<Rows, VectorQuery, SearchResult> broken =
                (_, _) -> {
                    throw new IllegalStateException("broken");
                };
        probes.offer(sample("default", away, List.of()));
        probes.offer(sample("default", broken, List.of()));

        assertThat(probes.next()).isEqualTo(TOOK.multipliedBy(99));
        assertThat(probes.next()).isZero();

        assertThat(count("failed")).isEqualTo(2);
        assertThat(registry.find("pgvector_search_recall").gauge()).isNull();
    }

    @Test
    void whereThereIsNothingToFindThereIsNoRecall() throws Exception {
        probes.offer(sample("default", (_, _) -> answer(), List.of()));

        probes.next();

        assertThat(count("empty")).isEqualTo(1);
        assertThat(registry.find("pgvector_search_recall").gauge()).isNull();
    }

    @Test
    void dropsWhatTheQueueCannotHold() {
        for (int i = 0; i < RecallProbes.QUEUE_MAX + 3; i++) {
            probes.offer(sample("default", store(), List.of()));
        }

        assertThat(probes.waiting()).isEqualTo(RecallProbes.QUEUE_MAX);
        assertThat(count("dropped")).isEqualTo(3);
    }

    @Test
    void dropsWhatHasWaitedTooLong() throws Exception {
        probes.offer(sample("default", store(), List.of()));
        clock.addAndGet(RecallProbes.AGE_MAX.toNanos() + 1);

        assertThat(probes.next()).isZero();

        assertThat(count("dropped")).isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void boundsTheNumberOfNamespaces() {
        for (int i = 0; i < RecallMetrics.NAMESPACES_MAX + 1; i++) {
            metrics.measured("namespace-" + i, 1);
        }
        probes.offer(sample("one-too-many", store(), List.of()));
        probes.offer(sample("namespace-0", store(), List.of()));

        assertThat(registry.find("pgvector_search_recall").gauges())
                .hasSize(RecallMetrics.NAMESPACES_MAX);
        assertThat(probes.waiting()).isEqualTo(1);
        assertThat(count("dropped")).isEqualTo(2);
    }

    @Test
    void stopsAtOnceInTheMiddleOfAProbe() throws Exception {
        var isAtWork = new CountDownLatch(1);
        var wasBrokenOff = new CountDownLatch(1);
        BiFunction<Rows, VectorQuery, SearchResult> endless =
                (_, _) -> {
                    isAtWork.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        wasBrokenOff.countDown();
                    }
                    throw ServiceException.unavailable("stopping", "interrupted");
                };
        probes.start();
        probes.offer(sample("default", endless, List.of()));
        assertThat(isAtWork.await(10, TimeUnit.SECONDS)).isTrue();

        probes.stop();

        assertThat(wasBrokenOff.getCount()).isZero();
        assertThat(probes.isRunning()).isFalse();
        probes.offer(sample("default", endless, List.of()));
        assertThat(probes.waiting()).isEqualTo(1);
    }
}
