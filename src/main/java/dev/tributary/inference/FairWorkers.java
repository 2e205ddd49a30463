package dev.tributary.inference;

import dev.tributary.failure.ServiceException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A few platform threads that take one task from each waiting call in turn, so that a query does
 * not wait for the thousand passages of an import. Thread-safe.
 *
 * <p>Platform threads, because native code would pin the carrier of a virtual one.
 */
public final class FairWorkers implements AutoCloseable {
    /** Practically for ever. */
    private static final Duration UNLIMITED = Duration.ofDays(36_500);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Call> calls = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private final String model;
    private final int queueMax;
    private int waiting;
    private boolean closed;

    /**
     * Starts the threads.
     *
     * @param model the model that they run, for messages and thread names, such as {@code embedding
     *     model}
     * @param count number of threads, at least 1
     * @param queueMax a call is refused while this many tasks of other calls wait
     */
    public FairWorkers(String model, int count, int queueMax) {
        this.model = model;
        this.queueMax = queueMax;
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().name(model + "-" + i).daemon().start(this::work));
        }
    }

    /** Like {@link #forEach(List, Consumer, Duration)}, without a timeout. */
    public <T> void forEach(List<T> items, Consumer<? super T> task) {
        forEach(items, task, UNLIMITED);
    }

    /**
     * Runs the task on each item, several at once, and returns when all are done or after the
     * timeout. After the timeout, running tasks go on to their end, and the others are dropped.
     *
     * @return false if the timeout came first
     * @throws ServiceException {@code UNAVAILABLE} if the queue is full, on close, or if the
     *     calling thread is interrupted; otherwise, whatever the first task to fail threw
     */
    public <T> boolean forEach(List<T> items, Consumer<? super T> task, Duration timeout) {
        if (items.isEmpty()) {
            return true;
        }
        var call = new Call(items.stream().<Runnable>map(item -> () -> task.accept(item)).toList());
        enqueue(call);
        try {
            call.done.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            withdraw(call);
            return false;
        } catch (InterruptedException e) {
            withdraw(call);
            Thread.currentThread().interrupt();
            throw ServiceException.unavailable(
                    "interrupted", "interrupted while waiting for the " + model, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ServiceException failure) {
                throw failure;
            }
            throw new IllegalStateException("a task of the " + model + " failed", e.getCause());
        }
    }

    private void enqueue(Call call) {
        lock.lock();
        try {
            if (closed) {
                throw closing();
            }
            if (waiting >= queueMax) {
                throw ServiceException.unavailable(
                                "model_busy",
                                "%,d texts are waiting for the %s, at most %,d are allowed"
                                        .formatted(waiting, model, queueMax))
                        .withHint("send the same request again later");
            }
            calls.addLast(call);
            waiting += call.tasks.size();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void withdraw(Call call) {
        lock.lock();
        try {
            if (calls.remove(call)) {
                waiting -= call.tasks.size() - call.taken;
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (Step step = next(); step != null; step = next()) {
            try {
                step.task.run();
                step.call.taskDone();
            } catch (RuntimeException | Error e) {
                withdraw(step.call); // before its caller is told and calls again
                step.call.done.completeExceptionally(e);
            }
        }
    }

    /** The number of tasks that no thread has taken yet. */
    public int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a task; null once closed. */
    private @Nullable Step next() {
        lock.lock();
        try {
            while (calls.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                return null;
            }
            Call call = calls.removeFirst();
            Runnable task = call.tasks.get(call.taken++);
            waiting--;
            if (call.taken < call.tasks.size()) {
                calls.addLast(call);
            }
            return new Step(call, task);
        } finally {
            lock.unlock();
        }
    }

    /** Fails waiting calls, lets running tasks finish, and waits for the threads. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            calls.forEach(call -> call.done.completeExceptionally(closing()));
            calls.clear();
            waiting = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private ServiceException closing() {
        return ServiceException.unavailable("model_closed", "the " + model + " is shutting down");
    }

    private record Step(Call call, Runnable task) {}

    private static final class Call {
        private final List<Runnable> tasks;
        private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        private final AtomicInteger left;
        private int taken; // guarded by the lock of the workers

        Call(List<Runnable> tasks) {
            this.tasks = tasks;
            this.left = new AtomicInteger(tasks.size());
        }

        void taskDone() {
            if (left.decrementAndGet() == 0) {
                done.complete(null);
            }
        }
    }
}
