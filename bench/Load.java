import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.LongStream;

/** Sends requests as fast as they are answered, from a number of clients at once. */
final class Load {
    private Load() {}

    /** What a run took. */
    static final class Run {
        /** Of each request in nanoseconds, ascending. */
        private final long[] latencies;

        private final double seconds;

        private Run(long[] sortedLatencies, double seconds) {
            latencies = sortedLatencies;
            this.seconds = seconds;
        }

        double seconds() {
            return seconds;
        }

        /** How many requests there were. */
        int requests() {
            return latencies.length;
        }

        double perSecond() {
            return latencies.length / seconds;
        }

        /** The latency in milliseconds that this share of requests was answered within. */
        double ms(double share) {
            if (latencies.length == 0) {
                return Double.NaN;
            }
            int index = (int) Math.ceil(share * latencies.length) - 1;
            return latencies[Math.max(0, index)] / 1e6;
        }

        /** Runs one after the other as one. */
        static Run joined(List<Run> runs, double seconds) {
            return new Run(
                    runs.stream()
                            .flatMapToLong(it -> LongStream.of(it.latencies))
                            .sorted()
                            .toArray(),
                    seconds);
        }

        static Run of(List<Long> latencies, double seconds) {
            return new Run(
                    latencies.stream().mapToLong(Long::longValue).sorted().toArray(), seconds);
        }
    }

    /**
     * Sends requests until the time is up.
     *
     * @param requests the request with a number; each client goes through numbers of its own
     */
    static Run during(Duration time, Endpoint endpoint, int clients, IntFunction<byte[]> requests)
            throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        return during(() -> System.nanoTime() < end, endpoint, clients, requests);
    }

    /** The same, for as long as something goes on. */
    static Run during(
            BooleanSupplier goesOn, Endpoint endpoint, int clients, IntFunction<byte[]> requests)
            throws InterruptedException {
        return together(
                clients,
                System.nanoTime(),
                client -> {
                    var latencies = new long[1 << 12];
                    int count = 0;
                    try (var connection = endpoint.connect()) {
                        for (int number = client; goesOn.getAsBoolean(); number += clients) {
                            if (count == latencies.length) {
                                latencies = Arrays.copyOf(latencies, 2 * count);
                            }
                            latencies[count++] = timed(connection, requests.apply(number));
                        }
                    }
                    return Arrays.copyOf(latencies, count);
                });
    }

    /** Sends each request once, shared among the clients. */
    static Run each(Endpoint endpoint, int clients, List<byte[]> requests)
            throws InterruptedException {
        return together(
                clients,
                System.nanoTime(),
                client -> {
                    var latencies = new ArrayList<Long>();
                    try (var connection = endpoint.connect()) {
                        for (int i = client; i < requests.size(); i += clients) {
                            latencies.add(timed(connection, requests.get(i)));
                        }
                    }
                    return latencies.stream().mapToLong(Long::longValue).toArray();
                });
    }

    /** A task that is timed, such as a call by other means than HTTP. */
    interface Task {
        void run(int number) throws IOException, InterruptedException;
    }

    /** Runs a task until the time is up; each client goes through numbers of its own. */
    static Run during(Duration time, int clients, Task task) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        return together(
                clients,
                System.nanoTime(),
                client -> {
                    var latencies = new ArrayList<Long>();
                    for (int number = client; System.nanoTime() < end; number += clients) {
                        long start = System.nanoTime();
                        task.run(number);
                        latencies.add(System.nanoTime() - start);
                    }
                    return latencies.stream().mapToLong(Long::longValue).toArray();
                });
    }

    /**
     * Sends each request once, at its time: one after each interval. The latency of a request
     * counts from there, so that one that is sent late because of those before it does not look
     * fast.
     */
    static Run paced(Endpoint endpoint, int clients, List<byte[]> requests, Duration interval)
            throws InterruptedException {
        long begun = System.nanoTime();
        return together(
                clients,
                begun,
                client -> {
                    var latencies = new ArrayList<Long>();
                    try (var connection = endpoint.connect()) {
                        for (int i = client; i < requests.size(); i += clients) {
                            long due = begun + i * interval.toNanos();
                            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                            timed(connection, requests.get(i));
                            latencies.add(System.nanoTime() - due);
                        }
                    }
                    return latencies.stream().mapToLong(Long::longValue).toArray();
                });
    }

    private static long timed(HttpConnection connection, byte[] request) throws IOException {
        long start = System.nanoTime();
        var answer = connection.send(request);
        long taken = System.nanoTime() - start;
        if (answer.status() != 200) {
            throw new IOException("answered " + answer.status() + " " + answer.body());
        }
        return taken;
    }

    /** What one client does: returns the latency of each of its requests. */
    private interface Client {
        long[] run(int number) throws IOException, InterruptedException;
    }

    private static Run together(int clients, long start, Client client)
            throws InterruptedException {
        try (var threads = Executors.newFixedThreadPool(clients)) {
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                running.add(threads.submit(() -> client.run(number)));
            }
            long[] latencies = {};
            for (Future<long[]> one : running) {
                long[] more = one.get();
                int size = latencies.length;
                latencies = Arrays.copyOf(latencies, size + more.length);
                System.arraycopy(more, 0, latencies, size, more.length);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            Arrays.sort(latencies);
            return new Run(latencies, seconds);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
