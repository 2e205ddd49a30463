package dev.tributary.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is told of a document that a job stores. */
class DescribedJobIT extends BackgroundIT {
    @Test
    void aDocumentNamesTheJobThatStoresIt() throws InterruptedException {
        String text =
                IntStream.range(0, 1_000)
                        .mapToObj(i -> "Sentence number " + i + ".")
                        .collect(Collectors.joining(" "));
        String job;
        try (Gate gate = Gate.before(model, it -> true)) {
            job = job(put("large", "{\"content\": \"" + text + "\"}"));
            gate.awaitCall();

            JsonNode described = service().get(path("large")).body();

            assertThat(described.path("chunks").asInt()).isZero();
            assertThat(described.path("chunk_ids").isEmpty()).isTrue();
            assertThat(described.path("job").path("id").asString()).isEqualTo(job);
            assertThat(described.path("job").path("status").asString()).isEqualTo("running");
        }
        finished(job);

        JsonNode stored = service().get(path("large")).body();
        assertThat(stored.path("chunks").asInt()).isPositive();
        assertThat(stored.has("job")).isFalse();
    }
}
