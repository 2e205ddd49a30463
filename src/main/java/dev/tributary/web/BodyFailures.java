package dev.tributary.web;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Explains what is wrong with a body, in terms of JSON and never of Java. */
final class BodyFailures {
    private static final String DUPLICATE = "Duplicate Object property";

    private BodyFailures() {}

    static Refusal refusal(HttpMessageNotReadableException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof JacksonException json) {
                return refusal(json);
            }
        }
        return Refusal.of(HttpStatus.BAD_REQUEST, "missing_body", "the request has no body")
                .withHint("send a JSON object");
    }

    static Refusal refusal(JacksonException e) {
        ServiceException own = own(e);
        if (own != null) {
            return within(path(e), Refusal.of(own));
        }
        return switch (e) {
            case UnrecognizedPropertyException unknown -> unknown(unknown);
            case InvalidFormatException format ->
                    field(e, found(format) + must(format.getTargetType()));
            case MismatchedInputException mismatch -> mismatch(mismatch);
            case InputCoercionException range ->
                    field(e, "is out of range" + must(range.getTargetType()));
            case StreamReadException syntax -> malformed(syntax);
            case StreamConstraintsException limit -> malformed(limit);
            default -> field(e, "has a value that is not allowed");
        };
    }

    private static @Nullable ServiceException own(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServiceException own) {
                return own;
            }
        }
        return null;
    }

    private static Refusal malformed(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        String what =
                switch (e) {
                    case UnexpectedEndOfInputException _ -> "the JSON ends too early";
                    case StreamConstraintsException _ ->
                            "the JSON is nested too deeply, or has too long a number or name,";
                    default ->
                            e.getOriginalMessage().startsWith(DUPLICATE)
                                    ? "the JSON has the same key twice in one object,"
                                    : "the body is not JSON in UTF-8,";
                };
        String detail =
                at == null
                        ? what.replaceFirst(",$", "")
                        : "%s at line %d, column %d"
                                .formatted(what, at.getLineNr(), at.getColumnNr());
        return Refusal.of(HttpStatus.BAD_REQUEST, "malformed_json", detail);
    }

    private static Refusal unknown(UnrecognizedPropertyException e) {
        Collection<Object> known = e.getKnownPropertyIds();
        String names =
                known == null
                        ? ""
                        : known.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return field(e, "is not known, must be one of: " + names).withCode("unknown_field");
    }

    private static Refusal mismatch(MismatchedInputException e) {
        if (e.getPath().isEmpty() && e.getCurrentToken() == null && e.getTargetType() == null) {
            return Refusal.of(HttpStatus.BAD_REQUEST, "missing_body", "the request has no body");
        }
        if (isTrailing(e)) {
            return malformed(e);
        }
        return field(e, found(e.getCurrentToken()) + must(e.getTargetType()));
    }

    /** True if the first value was read completely and another one follows it. */
    private static boolean isTrailing(MismatchedInputException e) {
        if (!(e.processor() instanceof JsonParser parser)) {
            return false;
        }
        TokenStreamContext context = parser.streamReadContext();
        while (context.getParent() != null) {
            context = context.getParent();
        }
        return context.getEntryCount() > 1;
    }

    private static Refusal field(JacksonException e, String message) {
        String path = path(e);
        return Refusal.invalid(
                List.of(new FieldError(path.isEmpty() ? "body" : path, message.strip())));
    }

    /** Shows the text if only its value is wrong: {@code is "euclid"} for a constant. */
    private static String found(InvalidFormatException e) {
        Object value = e.getValue();
        Class<?> type = e.getTargetType();
        if (value instanceof String text) {
            boolean isScalar = type.isPrimitive() || type == Boolean.class;
            return isScalar || isContainer(type) || Number.class.isAssignableFrom(type)
                    ? found(JsonToken.VALUE_STRING)
                    : "is \"" + (text.length() > 100 ? text.substring(0, 100) + "…" : text) + '"';
        }
        if (value instanceof Boolean) {
            return found(JsonToken.VALUE_TRUE);
        }
        boolean isWhole =
                value instanceof Integer || value instanceof Long || value instanceof BigInteger;
        return found(isWhole ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT);
    }

    private static boolean isContainer(Class<?> type) {
        return type.isArray()
                || type.isRecord()
                || Collection.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type);
    }

    private static String found(@Nullable JsonToken token) {
        if (token == null) {
            return "is missing or null";
        }
        return switch (token) {
            case START_OBJECT, END_OBJECT, PROPERTY_NAME -> "is an object";
            case START_ARRAY, END_ARRAY -> "is an array";
            case VALUE_STRING -> "is a string";
            case VALUE_NUMBER_INT -> "is an integer";
            case VALUE_NUMBER_FLOAT -> "is a number";
            case VALUE_TRUE, VALUE_FALSE -> "is true or false";
            case VALUE_NULL -> "is null";
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "is something else";
        };
    }

    private static String must(@Nullable Class<?> type) {
        if (type == null) {
            return "";
        }
        if (type.isEnum()) {
            return ", must be one of " + JsonNames.ofConstants(type);
        }
        return ", must be " + kind(type);
    }

    private static String kind(Class<?> type) {
        if (type == String.class) {
            return "a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class) {
            return "an integer";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type == UUID.class) {
            return "a UUID";
        }
        if (type == Instant.class) {
            return "a time in ISO 8601";
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        return isContainer(type) ? "an object" : "something else";
    }

    /** Puts the path in the document before the field that a constructor refused. */
    private static Refusal within(String path, Refusal refusal) {
        if (path.isEmpty() || refusal.errors().isEmpty()) {
            return refusal;
        }
        List<FieldError> errors =
                refusal.errors().stream()
                        .map(error -> new FieldError(join(path, error.field()), error.message()))
                        .toList();
        String first = refusal.errors().getFirst().field();
        String detail =
                refusal.detail().startsWith(first + " ")
                        ? errors.getFirst().field() + refusal.detail().substring(first.length())
                        : refusal.detail();
        return new Refusal(
                refusal.status(),
                refusal.code(),
                detail,
                refusal.hint(),
                errors,
                refusal.headers());
    }

    private static String join(String path, String field) {
        boolean named = path.equals(field) || path.endsWith("." + field);
        return named ? path : path + "." + field;
    }

    private static String path(JacksonException e) {
        var path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            String name = step.getPropertyName();
            if (name == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(name);
            }
        }
        return path.toString();
    }
}
