package dev.tributary.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import dev.tributary.recall.RecallAnswer.AtBreadth;
import dev.tributary.recall.RecallAnswer.Latency;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Embedding;
import dev.tributary.vector.Hit;
import dev.tributary.vector.SearchOptions;
import dev.tributary.vector.SearchResult;
import dev.tributary.vector.StoredChunk;
import dev.tributary.vector.VectorQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecallMeasurementTest {
    private static final int CHUNKS = 20;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong clock = new AtomicLong();
    private final List<SearchOptions> asked = new ArrayList<>();

    private static RecallTerms terms(int topK, Integer... efSearch) {
        return new RecallTerms(CHUNKS, topK, List.of(efSearch), null, null);
    }

    private RecallMeasurement measurement(RecallTerms terms) {
        return new RecallMeasurement(this::search, terms, clock::get);
    }

    /**
     * Chunks on a line, at their number. Exactly, in 30 ms; else every second one, or all of them
     * with 100 candidates, in a millisecond for ten of these.
     */
    private SearchResult search(VectorQuery query) {
        SearchOptions options = query.options();
        asked.add(options);
        clock.addAndGet(
                Duration.ofMillis(options.exact() ? 30 : options.efSearch() / 10).toNanos());
        float at = query.embedding().toArray()[0];
        boolean sees = options.exact() || options.efSearch() >= 100;
        List<Hit> hits =
                IntStream.range(0, CHUNKS)
                        .filter(i -> sees || i % 2 == 0)
                        .mapToObj(i -> hit(i, Math.abs(i - at)))
                        .sorted(Comparator.comparing(Hit::distance))
                        .limit(options.topK())
                        .toList();
        return new SearchResult(hits, true, List.of());
    }

    private static Hit hit(int number, double distance) {
        ChunkKey key = key(number);
        return new Hit(key.toId(), key, -distance, distance, null, null, null, null);
    }

    private static ChunkKey key(int number) {
        return new ChunkKey("document", "line", number);
    }

    private static StoredChunk chunk(int number) {
        return new StoredChunk(
                key(number).toId(),
                key(number),
                null,
                null,
                Embedding.copyOf(number),
                null,
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static List<StoredChunk> chunks(int... numbers) {
        return IntStream.of(numbers).mapToObj(RecallMeasurementTest::chunk).toList();
    }

    @Test
    void comparesEachBreadthWithTheExactAnswerWithoutTheQueryItself() {
        RecallAnswer answer = measurement(terms(4, 40, 100)).run("line", chunks(10, 11), MINUTE);

        assertThat(answer.collection()).isEqualTo("line");
        assertThat(answer.queries()).isEqualTo(2);
        assertThat(answer.topK()).isEqualTo(4);
        assertThat(answer.exact()).isEqualTo(new Latency(30, 30));
        // Of 10 the neighbours 8, 9, 11, 12: it sees 8 and 12. Of 11, it sees 10 and 12 of four.
        assertThat(answer.recall())
                .containsExactly(new AtBreadth(40, 0.5, 4, 4, 0), new AtBreadth(100, 1, 10, 10, 0));
        assertThat(answer.warnings()).isEmpty();
        assertThat(asked).extracting(SearchOptions::topK).containsOnly(5);
        assertThat(asked).extracting(SearchOptions::include).allMatch(Set::isEmpty);
    }

    @Test
    void countsAnswersThatAreShort() {
        RecallAnswer answer = measurement(terms(15, 40)).run("line", chunks(0, 1, 2), MINUTE);

        assertThat(answer.recall().getFirst().shortAnswers()).isEqualTo(3);
    }

    @Test
    void endsInTimeWithTheQueriesThatWereDoneInEveryWay() {
        // 30 + 4 + 10 ms a query: the third is under way when the time is over.
        Duration timeout = Duration.ofMillis(120);

        RecallAnswer answer =
                measurement(terms(4, 40, 100)).run("line", chunks(3, 4, 5, 6), timeout);

        assertThat(answer.queries()).isEqualTo(2);
        assertThat(answer.warnings()).containsExactly("the time ran out after 2 of 4 queries");
        assertThat(clock.get()).isLessThanOrEqualTo(Duration.ofMillis(132).toNanos());
    }

    @Test
    void refusesWhereNotOneQueryIsDoneInTime() {
        RecallMeasurement measurement = measurement(terms(4, 40));

        assertThatThrownBy(() -> measurement.run("line", chunks(3), Duration.ofMillis(30)))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("recall_timeout"));
    }

    @Test
    void refusesWhereThereIsNothingToFind() {
        var nothing =
                new RecallMeasurement(
                        _ -> new SearchResult(List.of(), true, List.of()),
                        terms(4, 40),
                        clock::get);

        assertThatThrownBy(() -> nothing.run("line", chunks(3, 4), MINUTE))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("too_few_chunks"));
    }

    @Test
    void latencyIsByNearestRank() {
        List<Long> nanos = LongStream.rangeClosed(1, 200).map(i -> i * 1_000_000).boxed().toList();

        assertThat(Latency.of(nanos)).isEqualTo(new Latency(100, 198));
        assertThat(Latency.of(List.of(1_234_567L))).isEqualTo(new Latency(1.23, 1.23));
    }
}
