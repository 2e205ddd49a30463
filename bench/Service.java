import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The service in a process of its own, on a free port of the loopback interface. */
final class Service implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration STOP_MAX = Duration.ofSeconds(30);

    private final Process process;
    private final Endpoint endpoint;
    private final Thread killer;
    private final Duration startTime;

    /**
     * Starts it and waits until it is ready.
     *
     * @param log where its output goes
     * @param settings such as {@code tributary.pgvector.ef-search=10}
     */
    Service(List<String> command, Path log, String... settings)
            throws IOException, InterruptedException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            endpoint = Endpoint.loopback(free.getLocalPort());
        }
        List<String> whole = new ArrayList<>(command);
        Stream.of(settings).map(setting -> "--" + setting).forEach(whole::add);
        var builder = new ProcessBuilder(whole).redirectErrorStream(true);
        builder.environment().put("SERVER_ADDRESS", "127.0.0.1");
        builder.environment().put("SERVER_PORT", String.valueOf(endpoint.port()));
        builder.redirectOutput(log.toFile());
        long start = System.nanoTime();
        process = builder.start();
        killer = new Thread(this::end);
        Runtime.getRuntime().addShutdownHook(killer);
        awaitReady(start, log);
        startTime = Duration.ofNanos(System.nanoTime() - start);
    }

    private void awaitReady(long start, Path log) throws IOException, InterruptedException {
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - start > START_MAX.toNanos()) {
                process.destroyForcibly();
                throw new IOException("the service does not start:\n" + Files.readString(log));
            }
            Thread.sleep(5);
        }
    }

    private boolean isReady() {
        try {
            endpoint.call("GET", "/actuator/health/readiness", "");
            return true;
        } catch (Endpoint.Refused | UncheckedIOException e) {
            return false;
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }

    long pid() {
        return process.pid();
    }

    /** From the start of the process to its first "ready" answer. */
    Duration startTime() {
        return startTime;
    }

    /** CPU time it has used so far. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** A size in /proc/PID/status, such as VmRSS, in MB; 0 where there is no such file. */
    long statusMb(String key) throws IOException {
        Path status = Path.of("/proc/" + pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return find(key + ":\\s+(\\d+) kB", Files.readString(status)) / 1024;
    }

    /** The heap that is in use after a full collection, in MB. */
    long liveHeapMb() throws IOException, InterruptedException {
        jcmd("GC.run");
        return find("used (\\d+)K", jcmd("GC.heap_info")) / 1024;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process call =
                new ProcessBuilder(jcmd, String.valueOf(pid()), command)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        call.waitFor();
        return output;
    }

    private static long find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return Long.parseLong(matcher.group(1));
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
