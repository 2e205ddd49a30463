package dev.tributary.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The files with which Docker Compose runs the service together with Qdrant. */
class ComposeIT {
    private static final List<String> CONFIG =
            List.of("scripts/compose", "config", "docker-compose.yml", "docker-compose.qdrant.yml");

    private static Script.Outcome config(Path folder, String key) throws Exception {
        return Script.run(folder, Map.of("QDRANT_API_KEY", key), CONFIG);
    }

    /** A service in what Docker Compose makes of both files. */
    private static Map<String, Object> service(Path folder, String name) throws Exception {
        Script.Outcome outcome = config(folder, "secret");
        assertThat(outcome.exit()).as(outcome.errors()).isZero();
        return service(outcome.output(), name);
    }

    private static Map<String, Object> service(String yaml, String name) {
        Map<String, Map<String, Map<String, Object>>> file = new Yaml().load(yaml);
        return Map.copyOf(file.getOrDefault("services", Map.of()).getOrDefault(name, Map.of()));
    }

    @Test
    void giveBothTheKey(@TempDir Path folder) throws Exception {
        assertThat(service(folder, "qdrant").get("environment"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("QDRANT__SERVICE__API_KEY", "secret");
        assertThat(service(folder, "tributary").get("environment"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("TRIBUTARY_QDRANT_ENABLED", "true")
                .containsEntry("TRIBUTARY_QDRANT_HOST", "qdrant")
                .containsEntry("TRIBUTARY_QDRANT_API_KEY", "secret")
                .containsKey("SPRING_DATASOURCE_URL");
    }

    @Test
    void runNothingWithoutAKey(@TempDir Path folder) throws Exception {
        Script.Outcome outcome = config(folder, "");

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.errors()).contains("set it to a long random text");
    }

    @Test
    void runTheServerThatTheClientIsMadeFor(@TempDir Path folder) throws Exception {
        String image = String.valueOf(service(folder, "qdrant").get("image"));

        assertThat(image).startsWith("qdrant/qdrant:v");
        assertThat(ServerVersion.parse(image.substring(image.indexOf(':') + 1)))
                .isEqualTo(ServerVersion.CLIENT);
    }

    @Test
    void keepQdrantOnLoopbackAndWithinItsMemory() throws Exception {
        Map<String, Object> qdrant =
                service(Files.readString(Path.of("docker-compose.qdrant.yml")), "qdrant");

        assertThat(qdrant).containsKeys("mem_limit", "healthcheck", "volumes");
        assertThat(qdrant.get("ports"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .isNotEmpty()
                .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
    }
}
