package dev.tributary.document.extract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * The block of metadata at the start of a Markdown file: YAML between lines of {@code ---}, or TOML
 * between lines of {@code +++}. A block that is neither is text.
 *
 * @param fields JSON values by name; empty if there is no such block
 * @param length of the block in the text
 */
record FrontMatter(Map<String, @Nullable Object> fields, int length) {
    private static final int LENGTH_MAX = 32 << 10;
    private static final int DEPTH_MAX = 16;

    /** Aliases can make a small block a large value. */
    private static final int ALIASES_MAX = 10;

    private static final int VALUES_MAX = 10_000;

    private static final FrontMatter NONE = new FrontMatter(Map.of(), 0);

    private static final Pattern BLOCK =
            Pattern.compile(
                    "\\A(---|\\+\\+\\+)[ \\t]*\\R([\\s\\S]{0,%d}?\\R)(---|\\.\\.\\.|\\+\\+\\+)[ \\t]*(?:\\R|\\z)"
                            .formatted(LENGTH_MAX));

    private static final Pattern LOOSE_LINE =
            Pattern.compile("(?:[\\w][\\w .-]{0,63}:(?:\\s.*)?|\\s.*|-\\s.*|#.*|)");

    private static final Pattern LOOSE_FIELD =
            Pattern.compile("([\\w][\\w .-]{0,63}):[ \\t]+([\"']?)(.*?)\\2[ \\t]*");

    private static final TomlMapper TOML = new TomlMapper();

    /** Finds the block of a text. */
    static FrontMatter of(String text) {
        Matcher block = BLOCK.matcher(text);
        if (!block.lookingAt()) {
            return NONE;
        }
        boolean isToml = block.group(1).equals("+++");
        if (isToml != block.group(3).equals("+++")) {
            return NONE;
        }
        Map<?, ?> fields = isToml ? toml(block.group(2)) : yaml(block.group(2));
        return fields == null || fields.isEmpty()
                ? NONE
                : new FrontMatter(new Values().object(fields, 1), block.end());
    }

    private static @Nullable Map<?, ?> toml(String block) {
        try {
            return TOML.readValue(block, Map.class);
        } catch (JacksonException _) {
            return null;
        }
    }

    private static @Nullable Map<?, ?> yaml(String block) {
        var options = new LoaderOptions();
        options.setMaxAliasesForCollections(ALIASES_MAX);
        options.setNestingDepthLimit(DEPTH_MAX);
        var output = new DumperOptions();
        var yaml =
                new Yaml(
                        new SafeConstructor(options),
                        new Representer(output),
                        output,
                        options,
                        new JsonTypes());
        try {
            return yaml.load(block) instanceof Map<?, ?> map ? map : null;
        } catch (YAMLException _) {
            return loose(block);
        }
    }

    /**
     * The fields in lines of their own, of a block that is nearly YAML, such as {@code a: b: c}.
     */
    private static @Nullable Map<?, ?> loose(String block) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : block.split("\\R", -1)) {
            if (!LOOSE_LINE.matcher(line).matches()) {
                return null;
            }
            Matcher field = LOOSE_FIELD.matcher(line);
            if (field.matches()) {
                fields.put(field.group(1), field.group(3));
            }
        }
        return fields;
    }

    /** The title; null if there is none. */
    @Nullable String title() {
        Object title = fields.get("title");
        return title == null || title instanceof Map || title instanceof List
                ? null
                : title.toString();
    }

    /** Only the types of JSON: dates, sexagesimal numbers and {@code no} are strings. */
    private static final class JsonTypes extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(
                    Tag.BOOL, Pattern.compile("true|True|TRUE|false|False|FALSE"), "tTfF");
            addImplicitResolver(
                    Tag.INT, Pattern.compile("[-+]?(?:0|[1-9][0-9]{0,17})"), "-+0123456789");
            addImplicitResolver(
                    Tag.FLOAT, Pattern.compile("[-+]?[0-9]{1,17}\\.[0-9]{1,17}"), "-+0123456789");
            addImplicitResolver(Tag.MERGE, Pattern.compile("<<"), "<");
            addImplicitResolver(Tag.NULL, Pattern.compile("~|null|Null|NULL| "), "~nN\0");
            addImplicitResolver(Tag.NULL, Pattern.compile(""), null);
        }
    }

    /** Copies values as JSON values. What is too deep, or one value too many, becomes null. */
    private static final class Values {
        private int count;

        private @Nullable Object value(@Nullable Object value, int depth) {
            if (++count > VALUES_MAX || depth > DEPTH_MAX) {
                return null;
            }
            return switch (value) {
                case null -> null;
                case Boolean truth -> truth;
                case Double number when !Double.isFinite(number) -> number.toString();
                case Number number -> number;
                case Map<?, ?> map -> object(map, depth + 1);
                case List<?> list -> array(list, depth + 1);
                case byte[] _ -> null;
                default -> value.toString().replace("\0", "");
            };
        }

        Map<String, @Nullable Object> object(Map<?, ?> map, int depth) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            map.forEach((key, value) -> {
                if (count < VALUES_MAX) {
                    object.put(String.valueOf(key).replace("\0", ""), value(value, depth));
                }
            });
            return object;
        }

        private List<@Nullable Object> array(List<?> list, int depth) {
            List<@Nullable Object> array = new ArrayList<>();
            for (Object value : list) {
                if (count < VALUES_MAX) {
                    array.add(value(value, depth));
                }
            }
            return array;
        }
    }
}
