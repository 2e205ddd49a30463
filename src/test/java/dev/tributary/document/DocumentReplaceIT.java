package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Versions of one document that follow each other, or come at once. */
class DocumentReplaceIT extends FilesIT {
    private static final int PARAGRAPHS = 12;

    @Test
    void onlyTheParagraphThatChangedIsEmbeddedInEveryStrategyThatKeepsSentences() {
        for (String strategy : List.of("sentence", "hierarchical")) {
            String sourceId = strategy + ".txt";
            put(path(sourceId), document("one", strategy));

            JsonNode again = put(path(sourceId), document("one", strategy)).body();
            JsonNode changed =
                    put(
                                    path(sourceId),
                                    document("one", strategy)
                                            .replace("Paragraph 5 of one", "Paragraph V of one"))
                            .body();

            assertThat(again.path("embedded").asInt()).isZero();
            assertThat(again.path("deleted").asInt()).isZero();
            assertThat(changed.path("embedded").asInt()).as(strategy).isEqualTo(1);
            assertThat(changed.path("reused").asInt()).isEqualTo(again.path("chunks").asInt() - 1);
        }
    }

    @Test
    void metadataChangesWithoutEmbedding() {
        put(path("labelled"), "{\"content\": \"Text.\", \"metadata\": {\"v\": 1}}");

        JsonNode put =
                put(path("labelled"), "{\"content\": \"Text.\", \"metadata\": {\"v\": 2}}").body();

        assertThat(put.path("embedded").asInt()).isZero();
        assertThat(chunks("labelled").getFirst().path("metadata").path("v").asInt()).isEqualTo(2);
    }

    @Test
    void anotherStrategyLeavesNoOrphanAndNoParent() {
        int children =
                put(path("switched"), document("one", "hierarchical"))
                        .body()
                        .path("chunks")
                        .asInt();
        assertThat(chunks("switched")).allMatch(it -> it.has("parent_index"));

        put(path("switched"), document("one", "sentence").replace("\"size\": 16", "\"size\": 256"));

        List<JsonNode> chunks = chunks("switched");
        assertThat(chunks).hasSizeLessThan(children);
        assertThat(chunks).noneMatch(it -> it.has("parent_index") || it.has("parent_content"));
        assertThat(chunks).extracting(it -> it.path("chunk_index").asInt()).doesNotHaveDuplicates();
    }

    @Test
    void readersSeeOneVersionWhileOthersReplaceItAtOnce() throws Exception {
        put(path("shared"), document("one", "hierarchical"));
        put(path("shared"), document("two", "hierarchical"));
        var stop = new AtomicBoolean();
        List<Callable<Boolean>> writers =
                List.of(() -> write("one"), () -> write("two"), () -> write("one"));
        List<Set<String>> seen = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            Future<?> reader =
                    threads.submit(() -> {
                        do {
                            seen.add(versions());
                        } while (!stop.get());
                    });

            for (Future<Boolean> written : threads.invokeAll(writers)) {
                assertThat(written.get()).isTrue();
            }
            stop.set(true);
            reader.get();
        }

        assertThat(seen).isNotEmpty().allMatch(versions -> versions.size() == 1);
        assertThat(versions()).hasSize(1);
        assertThat(chunks("shared")).hasSize(PARAGRAPHS);
    }

    private boolean write(String version) {
        for (int i = 0; i < 5; i++) {
            if (put(path("shared"), document(version, "hierarchical")).status() != 200) {
                return false;
            }
        }
        return true;
    }

    /** The last word of each chunk and of each parent, which tells the version it is of. */
    private Set<String> versions() {
        return chunks("shared").stream()
                .flatMap(it ->
                        it.has("parent_content")
                                ? List.of(it.path("content"), it.path("parent_content")).stream()
                                : List.of(it.path("content")).stream())
                .map(it -> it.asString().replaceFirst("(?s).* of (\\w+) .*", "$1"))
                .collect(Collectors.toSet());
    }

    private static String document(String version, String strategy) {
        String text =
                IntStream.range(0, PARAGRAPHS)
                        .mapToObj(i ->
                                "Paragraph %d of %s is here for the test.".formatted(i, version))
                        .collect(Collectors.joining("\\n\\n"));
        return "{\"content\": \"%s\", \"chunking\": {\"strategy\": \"%s\", \"size\": 16, \"overlap\": 0}}"
                .formatted(text, strategy);
    }
}
