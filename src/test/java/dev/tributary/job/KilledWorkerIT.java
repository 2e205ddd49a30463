package dev.tributary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.security.Caller;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KilledWorkerIT {
    static final String KIND = "killed";
    private static final int ITEMS = 500;
    private static final int SEEN = 50;

    @Test
    void aJobWhoseProcessIsKilledGoesOnWithoutDuplicates() throws Exception {
        String url = JobInstance.database();
        try (var pool = new JobInstance(url, JobInstance.PROPERTIES)) {
            Job job = pool.jobs.submit(JobRequest.of(Caller.unrestricted("default"), KIND));
            killInTheMiddle(url);
            Job cut = pool.jobs.require(Caller.unrestricted("default"), job.id());
            assertThat(cut.status()).isEqualTo(JobStatus.RUNNING);
            assertThat(cut.processed()).isBetween((long) SEEN - 1, ITEMS - 1L);
            var first = new AtomicInteger(-1);
            var count =
                    new Counting(
                            KIND,
                            ITEMS,
                            pool.dataSource,
                            (_, item) -> first.compareAndSet(-1, item));

            try (var next = new JobInstance(url, JobInstance.PROPERTIES, count)) {
                next.start();
                await().atMost(Duration.ofSeconds(60))
                        .until(() ->
                                next.jobs
                                        .require(Caller.unrestricted("default"), job.id())
                                        .status()
                                        .isFinished());
            }

            Job done = pool.jobs.require(Caller.unrestricted("default"), job.id());
            assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
            assertThat(done.processed()).isEqualTo(ITEMS);
            assertThat(first.get()).isGreaterThanOrEqualTo(SEEN - 1);
            assertThat(pool.items(job)).isEqualTo(IntStream.range(0, ITEMS).boxed().toList());
        }
    }

    private static void killInTheMiddle(String url) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledWorker.class.getName(),
                                url,
                                Integer.toString(ITEMS))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            long items = 0;
            while (items < SEEN) {
                String line = lines.readLine();
                assertThat(line).as("a line of a process that works").isNotNull();
                items += line.startsWith("item ") ? 1 : 0;
            }
            // SIGKILL: no shutdown hook, nothing is closed.
            process.destroyForcibly();
            assertThat(process.waitFor()).isEqualTo(137);
        } finally {
            process.destroyForcibly();
        }
    }
}
