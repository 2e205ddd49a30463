package dev.tributary.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FairWorkersTest {
    private final FairWorkers workers = new FairWorkers("test", 1, 100);
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void close() {
        gate.countDown();
        workers.close();
        callers.shutdownNow();
    }

    @Test
    void runsEveryTaskOnceOnItsThreads() {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        List<String> threads = Collections.synchronizedList(new ArrayList<>());

        workers.forEach(
                IntStream.range(0, 50).boxed().toList(),
                i -> {
                    seen.add(i);
                    threads.add(Thread.currentThread().getName());
                });

        assertThat(seen).hasSize(50);
        assertThat(threads).hasSize(50).containsOnly("test-0");
    }

    @Test
    void aSmallCallOvertakesALargeOne() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Future<?> holding = hold();
        Future<?> large = submit(Collections.nCopies(20, "large"), order);
        awaitWaiting(20);
        Future<?> small = submit(List.of("small"), order);
        awaitWaiting(21);

        gate.countDown();
        holding.get();
        large.get();
        small.get();

        assertThat(order.indexOf("small")).isLessThanOrEqualTo(1);
        assertThat(order).hasSize(21);
    }

    @Test
    void refusesACallWhileTooManyTasksWait() throws Exception {
        Future<?> holding = hold();
        Future<?> first = submit(Collections.nCopies(100, "first"), new ArrayList<>());
        awaitWaiting(100);

        assertThatThrownBy(() -> workers.forEach(List.of(1), _ -> {}))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(ServiceException.Kind.UNAVAILABLE);
                            assertThat(e.code()).isEqualTo("model_busy");
                        });
        assertThat(holding).isNotDone();
        assertThat(first).isNotDone();
    }

    @Test
    void takesALargeCallWhileNothingWaits() {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());

        workers.forEach(IntStream.range(0, 5_000).boxed().toList(), done::add);

        assertThat(done).hasSize(5_000);
    }

    @Test
    void handsOnWhatATaskThrowsAndDropsTheRest() {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        var failure = ServiceException.unavailable("model_failed", "no");

        assertThatThrownBy(() ->
                        workers.forEach(
                                IntStream.range(0, 1_000).boxed().toList(),
                                i -> {
                                    done.add(i);
                                    throw failure;
                                }))
                .isSameAs(failure);

        workers.forEach(List.of(0), _ -> {});
        assertThat(done).containsExactly(0);
        assertThat(workers.waiting()).isZero();
    }

    @Test
    void anInterruptedCallerLeavesTheQueue() throws Exception {
        Future<?> holding = hold();
        Future<?> call = submit(List.of("never", "run"), new ArrayList<>());
        awaitWaiting(2);

        call.cancel(true);

        awaitWaiting(0);
        assertThat(holding).isNotDone();
    }

    @Test
    void dropsWhatHasNotBegunOnceTheTimeIsOver() throws Exception {
        Future<?> holding = hold();
        List<String> done = Collections.synchronizedList(new ArrayList<>());

        boolean inTime = workers.forEach(List.of("never", "run"), done::add, Duration.ofMillis(1));

        assertThat(inTime).isFalse();
        assertThat(workers.waiting()).isZero();
        gate.countDown();
        holding.get();
        assertThat(workers.forEach(List.of("run"), done::add, Duration.ofSeconds(10))).isTrue();
        assertThat(done).containsExactly("run");
    }

    @Test
    void closingFailsTheCallsThatWait() throws Exception {
        Future<?> holding = hold();
        Future<?> call = submit(List.of("never"), new ArrayList<>());
        awaitWaiting(1);
        Future<?> closing = callers.submit(workers::close);

        assertThatThrownBy(call::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ServiceException.class);
        gate.countDown();
        holding.get();
        closing.get();
        assertThatThrownBy(() -> workers.forEach(List.of(1), _ -> {}))
                .isInstanceOf(ServiceException.class);
    }

    /** Keeps the one thread busy until the gate opens. */
    private Future<?> hold() throws InterruptedException {
        Future<?> call =
                callers.submit(() ->
                        workers.forEach(
                                List.of(gate),
                                latch -> {
                                    running.countDown();
                                    awaitGate(latch);
                                }));
        running.await();
        return call;
    }

    private static void awaitGate(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Future<?> submit(List<String> tasks, List<String> order) {
        return callers.submit(() -> workers.forEach(tasks, order::add));
    }

    private void awaitWaiting(int tasks) {
        while (workers.waiting() != tasks) {
            Thread.onSpinWait();
        }
    }
}
