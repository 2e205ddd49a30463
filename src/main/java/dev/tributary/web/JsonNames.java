package dev.tributary.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How Java names are written in JSON and in query parameters. */
final class JsonNames {
    private JsonNames() {}

    /** {@code topK} as {@code top_k}; dots and brackets of a path are kept. */
    static String snake(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    /** {@code INNER_PRODUCT} as {@code inner_product}. */
    static String ofConstant(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Every constant of an enum: {@code cosine, l2, inner_product}. */
    static String ofConstants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ofConstant(((Enum<?>) constant).name()))
                .collect(Collectors.joining(", "));
    }
}
