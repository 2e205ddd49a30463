package dev.tributary.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.CollectionsIT;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Clients that write the same things at once. */
class ChunkRaceIT extends CollectionsIT {
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    @AfterAll
    void stop() {
        clients.close();
    }

    @RepeatedTest(3)
    void putsDuringADeletionAreWholeOrRefused() throws Exception {
        String collection = create("{\"dimension\": 2}");
        var begun = new CountDownLatch(8);
        Callable<List<Answer>> writing =
                () -> {
                    List<Answer> answers = new ArrayList<>();
                    for (int i = 0; i < 100; i++) {
                        answers.add(putChunks(collection, chunks(20, new Random(i))));
                        begun.countDown();
                        if (answers.getLast().status() == 404) {
                            break;
                        }
                    }
                    return answers;
                };
        List<Future<List<Answer>>> writers =
                IntStream.range(0, 4).mapToObj(_ -> clients.submit(writing)).toList();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        Answer deleted = delete("/collections/" + collection);

        assertThat(deleted.status()).isEqualTo(204);
        for (Future<List<Answer>> writer : writers) {
            assertThat(writer.get()).last().returns(404, Answer::status);
            assertThat(writer.get())
                    .allSatisfy(answer -> {
                        assertThat(answer.status()).isIn(200, 404, 503);
                        if (answer.status() == 200) {
                            assertThat(answer.body().path("failed").asInt()).isZero();
                        }
                    });
        }
        assertThat(put("/collections/" + collection, "{\"dimension\": 2}").status()).isEqualTo(201);
        assertThat(count(collection)).isZero();
        assertThat(putChunks(collection, chunks(20, new Random(1))).body().path("created").asInt())
                .isEqualTo(20);
        assertThat(sources(search(collection, "\"embedding\": [1, 1]"))).hasSize(10);
    }

    @Test
    void searchesDuringADeletionAreAnsweredOrToldThatItIsGone() throws Exception {
        String collection = create("{\"dimension\": 2}");
        putChunks(collection, chunks(50, new Random(1)));
        var begun = new CountDownLatch(8);
        Callable<List<Answer>> searching =
                () -> {
                    List<Answer> answers = new ArrayList<>();
                    for (int i = 0; i < 2_000; i++) {
                        answers.add(
                                i % 2 == 0
                                        ? search(collection, "\"embedding\": [1, 0]")
                                        : hybrid(
                                                collection,
                                                "\"query\": \"chunk\", \"embedding\": [1, 0]"));
                        begun.countDown();
                        if (answers.getLast().status() == 404) {
                            break;
                        }
                    }
                    return answers;
                };
        List<Future<List<Answer>>> searchers =
                IntStream.range(0, 4).mapToObj(_ -> clients.submit(searching)).toList();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(delete("/collections/" + collection).status()).isEqualTo(204);

        for (Future<List<Answer>> searcher : searchers) {
            assertThat(searcher.get()).last().returns(404, Answer::status);
            assertThat(searcher.get()).last().returns("collection_not_found", Answer::code);
            assertThat(searcher.get())
                    .allSatisfy(answer -> {
                        assertThat(answer.status()).isIn(200, 404);
                        if (answer.status() == 200) {
                            assertThat(sources(answer)).hasSize(10);
                        }
                    });
        }
    }

    @Test
    void writersOfTheSameChunksInAnyOrderDoNotFailEachOther() throws Exception {
        String collection = create("{\"dimension\": 2}");
        long seed = new Random().nextLong();
        System.out.println("orders by seed " + seed);

        List<Answer> answers =
                together(
                        8,
                        6,
                        (writer, round) ->
                                putChunks(
                                        collection,
                                        chunks(60, new Random(seed + writer * 100L + round))));

        assertThat(failures(answers)).isEmpty();
        assertThat(answers.stream().mapToInt(it -> it.body().path("failed").asInt()))
                .containsOnly(0);
        assertThat(answers.stream().mapToInt(it -> it.body().path("created").asInt()).sum())
                .isEqualTo(60);
        assertThat(count(collection)).isEqualTo(60);
    }

    @Test
    void putsAndDeletionsOfTheSameChunksDoNotFailEachOther() throws Exception {
        String collection = create("{\"dimension\": 2}");
        String deletion = "/collections/" + collection + "/chunks/delete";
        long seed = new Random().nextLong();
        System.out.println("orders by seed " + seed);

        List<Answer> answers =
                together(
                        8,
                        6,
                        (writer, round) ->
                                switch (writer % 4) {
                                    case 0 -> post(deletion, "{\"filter\": {}}");
                                    case 1 ->
                                            post(
                                                    deletion,
                                                    "{\"filter\": {\"version\": {\"$gt\": 500}}}");
                                    default ->
                                            putChunks(
                                                    collection,
                                                    chunks(
                                                            60,
                                                            new Random(
                                                                    seed + writer * 100L + round)));
                                });

        assertThat(failures(answers)).isEmpty();
        assertThat(answers.stream().mapToInt(it -> it.body().path("failed").asInt()))
                .containsOnly(0);
        int created = answers.stream().mapToInt(it -> it.body().path("created").asInt()).sum();
        int deleted = answers.stream().mapToInt(it -> it.body().path("deleted").asInt()).sum();
        assertThat(count(collection)).isEqualTo(created - deleted);
    }

    private interface Call {
        Answer make(int client, int round);
    }

    /** Fewer clients than the pool has connections: what is tested is the rows' locks. */
    private List<Answer> together(int clientCount, int rounds, Call call) throws Exception {
        List<Callable<List<Answer>>> tasks = new ArrayList<>();
        for (int i = 0; i < clientCount; i++) {
            int client = i;
            tasks.add(() ->
                    IntStream.range(0, rounds)
                            .mapToObj(round -> call.make(client, round))
                            .toList());
        }
        List<Answer> answers = new ArrayList<>();
        for (Future<List<Answer>> done : clients.invokeAll(tasks)) {
            answers.addAll(done.get());
        }
        return answers;
    }

    private static List<String> failures(List<Answer> answers) {
        return answers.stream()
                .filter(answer -> answer.status() != 200)
                .map(answer -> answer.body().path("detail").asString())
                .toList();
    }

    @Test
    void ofReplacementsOfOneDocumentAtOnceOneIsThereAsAWhole() throws Exception {
        String collection = create("{\"model\": \"all-minilm-l6-v2\"}");
        String path = "/collections/" + collection + "/documents/contended";
        List<Callable<Answer>> puts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String text = ("Version " + i + " of this sentence. ").repeat(40 * (i % 3 + 1));
            puts.add(() ->
                    put(path, "{\"content\": \"" + text + "\", \"chunking\": {\"size\": 64}}"));
        }

        for (Future<Answer> answer : clients.invokeAll(puts)) {
            assertThat(answer.get().status()).isEqualTo(200);
        }

        List<String> versions =
                texts(
                                get("/collections/" + collection + "/chunks?limit=1000")
                                        .body()
                                        .path("chunks"),
                                "content")
                        .stream()
                        .map(content -> content.replaceFirst(".*?Version (\\d).*", "$1"))
                        .distinct()
                        .toList();
        assertThat(versions).hasSize(1);
    }

    /** The same chunks in another order, each with content of its own. */
    private static String[] chunks(int count, Random random) {
        List<String> chunks =
                IntStream.range(0, count)
                        .mapToObj(i ->
                                "{\"source_id\": \"s%d\", \"content\": \"chunk %d\", \"embedding\": [%s, 1], \"metadata\": {\"version\": %d}}"
                                        .formatted(i, i, random.nextFloat(), random.nextInt(1_000)))
                        .collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(chunks, random);
        return chunks.toArray(String[]::new);
    }
}
