package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Holds the HTTP interface to the one that is written down and reviewed. */
class OpenApiIT extends HttpIT {
    private static final Path GOLDEN = Path.of("docs", "openapi.json");
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    @Test
    void isTheOneThatIsWrittenDown() throws IOException {
        String actual = sorted(get("/openapi.json").body()) + "\n";

        if (Boolean.getBoolean("tributary.openapi.update")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, actual);
        }

        assertThat(actual)
                .as("after an intended change: make openapi")
                .isEqualTo(Files.readString(GOLDEN, StandardCharsets.UTF_8));
    }

    private static String sorted(JsonNode document) {
        return MAPPER.writeValueAsString(MAPPER.treeToValue(document, Map.class));
    }

    @Test
    void everyOperationIsExplained() {
        List<String> unexplained = new ArrayList<>();
        get("/openapi.json")
                .body()
                .path("paths")
                .forEachEntry((path, operations) ->
                        operations.forEachEntry((method, operation) ->
                                explain(unexplained, method + " " + path, operation)));

        assertThat(unexplained).isEmpty();
    }

    private static void explain(List<String> unexplained, String name, JsonNode operation) {
        if (operation.path("summary").asString("").isBlank()
                && operation.path("description").asString("").isBlank()) {
            unexplained.add(name);
        }
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("description").asString("").isBlank()) {
                unexplained.add(name + " " + parameter.path("name").asString());
            }
        }
    }

    @Test
    void everyFieldIsExplained() {
        List<String> unexplained = new ArrayList<>();
        get("/openapi.json")
                .body()
                .path("components")
                .path("schemas")
                .forEachEntry((type, schema) ->
                        schema.path("properties")
                                .forEachEntry((field, property) -> {
                                    if (property.path("description").asString("").isBlank()) {
                                        unexplained.add(type + "." + field);
                                    }
                                }));

        assertThat(unexplained).isEmpty();
    }

    @Test
    void namesAreThoseOnTheWire() {
        JsonNode schemas = get("/openapi.json").body().path("components").path("schemas");

        assertThat(schemas.path("IndexRequest").path("properties").propertyNames())
                .containsExactlyInAnyOrder("type", "precision", "m", "ef_construction", "lists");
        assertThat(schemas.path("CollectionRequest").path("properties").path("metric").path("enum"))
                .hasToString("[\"cosine\",\"l2\",\"inner_product\"]");
        assertThat(schemas.path("Problem").path("properties").propertyNames())
                .contains("code", "hint", "errors", "request_id");
    }

    @Test
    void thePageToReadItIsThere() {
        assertThat(get("/docs").status()).isIn(200, 302);
        assertThat(get("/swagger-ui/index.html").status()).isEqualTo(200);
    }
}
