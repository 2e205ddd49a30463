package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** Holds the pages to the code: what a page lists is what there is. */
class DocumentationTest {
    private static final Pattern SETTING =
            Pattern.compile(
                    "^\\| `(tributary\\.[^`]+)` \\| `([A-Z_<>]+)` \\| (?:`([^`]*)` )?\\|",
                    Pattern.MULTILINE);

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern FENCED =
            Pattern.compile("^```.*?^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern DOCUMENTED_CODE =
            Pattern.compile("^\\| `([a-z_]+)` \\|", Pattern.MULTILINE);

    /** The places in the sources where a code becomes part of a failure. */
    private static final List<Pattern> CODES =
            List.of(
                    Pattern.compile(
                            "\\b(?:impossible|conflict|denied|malformed|unavailable)\\(\\s*\"([a-z_]+)\""),
                    Pattern.compile("(?:Kind|HttpStatus)\\.[A-Z_]+,\\s*\"([a-z_]+)\""),
                    Pattern.compile("\\b(?:withCode|slots\\.take)\\(\\s*\"([a-z_]+)\""),
                    Pattern.compile("refusal\\.status\\(\\),\\s*\"([a-z_]+)\""),
                    Pattern.compile(
                            "case (?:BAD_REQUEST|NOT_FOUND|INTERNAL_SERVER_ERROR) -> \"([a-z_]+)\";"),
                    Pattern.compile("String (?:AWAY|BUSY) = \"([a-z_]+)\";"));

    private static final Pattern MISSING = Pattern.compile("\\bmissing\\(\\s*\"([a-z_]+)\"");

    @Test
    void theConfigurationPageHasEverySettingWithItsDefault() throws Exception {
        Map<String, String> documented = new TreeMap<>();
        SETTING.matcher(settingsPage())
                .results()
                .forEach(row ->
                        documented.put(row.group(1), Objects.requireNonNullElse(row.group(3), "")));

        assertThat(documented).isEqualTo(settings());
    }

    @Test
    void theConfigurationPageNamesTheEnvironmentVariableOfEverySetting() throws Exception {
        for (MatchResult row : SETTING.matcher(settingsPage()).results().toList()) {
            var environment = new StandardEnvironment();
            String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
            environment
                    .getPropertySources()
                    .replace(
                            name,
                            new SystemEnvironmentPropertySource(
                                    name, Map.of(named(row.group(2)), "set")));

            assertThat(
                            Binder.get(environment)
                                    .bind(named(row.group(1)), String.class)
                                    .orElse("not set"))
                    .as(row.group(2))
                    .isEqualTo("set");
        }
    }

    /** A setting of something that has a name of its own: {@code models.<name>.url}. */
    private static String named(String key) {
        return key.replace("<name>", "a").replace("<NAME>", "A");
    }

    @Test
    void linksLeadToFilesAndHeadingsThatExist() throws Exception {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            String prose = FENCED.matcher(Files.readString(page)).replaceAll("");
            for (MatchResult link : LINK.matcher(prose).results().toList()) {
                if (!link.group(1).contains("://") && !leadsSomewhere(page, link.group(1))) {
                    dead.add(page + ": " + link.group(1));
                }
            }
        }

        assertThat(dead).isEmpty();
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        return Files.exists(target)
                && (parts.length == 1 || anchors(Files.readString(target)).contains(parts[1]));
    }

    /** Headings as a link names them: lower case, dashes for spaces, without other characters. */
    private static List<String> anchors(String page) {
        return HEADING.matcher(FENCED.matcher(page).replaceAll(""))
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }

    @Test
    void theReadmeIsReadInTenMinutes() throws Exception {
        assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void theIndexOfTheDocumentationHasEveryPage() throws Exception {
        String index = Files.readString(Path.of("docs/README.md"));
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            assertThat(docs.map(page -> page.getFileName().toString()))
                    .filteredOn(page -> page.endsWith(".md") && !page.equals("README.md"))
                    .allSatisfy(page -> assertThat(index).contains("(" + page + ")"));
        }
    }

    @Test
    void theListOfErrorsHasEveryCode() throws Exception {
        var used = new TreeSet<String>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                CODES.forEach(pattern ->
                        pattern.matcher(source).results().forEach(code -> used.add(code.group(1))));
                MISSING.matcher(source)
                        .results()
                        .forEach(what -> used.add(what.group(1) + "_not_found"));
            }
        }
        var documented = new TreeSet<String>();
        DOCUMENTED_CODE
                .matcher(Files.readString(Path.of("docs/errors.md")))
                .results()
                .forEach(row -> documented.add(row.group(1)));

        assertThat(documented).isEqualTo(used);
    }

    private static String settingsPage() throws IOException {
        return Files.readString(Path.of("docs/configuration.md"));
    }

    /** README and its like, and everything below docs. */
    private static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(Path.of("."));
                Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(top, docs).filter(it -> it.toString().endsWith(".md")).toList();
        }
    }

    private static Map<String, String> settings() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Map<String, String> settings = new TreeMap<>();
        for (var definition : scanner.findCandidateComponents("dev.tributary")) {
            Class<?> type =
                    ClassUtils.resolveClassName(
                            Objects.requireNonNull(definition.getBeanClassName()), null);
            addSettings(settings, type.getAnnotation(ConfigurationProperties.class).prefix(), type);
        }
        return settings;
    }

    private static void addSettings(Map<String, String> settings, String prefix, Class<?> type) {
        assertThat(type.isRecord()).as("%s is a record", type).isTrue();
        // Of a record the constructor's parameters carry the defaults, in the components' order.
        Parameter[] parameters = type.getDeclaredConstructors()[0].getParameters();
        RecordComponent[] components = type.getRecordComponents();
        assertThat(parameters).as("the one constructor of %s", type).hasSameSizeAs(components);
        for (int i = 0; i < components.length; i++) {
            String key = prefix + "." + dashed(components[i].getName());
            if (components[i].getType().isRecord()) {
                addSettings(settings, key, components[i].getType());
            } else if (components[i].getGenericType() instanceof ParameterizedType map
                    && components[i].getType() == Map.class) {
                addSettings(settings, key + ".<name>", (Class<?>) map.getActualTypeArguments()[1]);
            } else {
                DefaultValue value = parameters[i].getAnnotation(DefaultValue.class);
                settings.put(key, value == null ? "" : String.join(",", value.value()));
            }
        }
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
