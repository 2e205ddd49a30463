package dev.tributary.web;

import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.validation.Errors;
import org.springframework.validation.ObjectError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;

/** Explains requests that Spring MVC refuses: paths, methods, parameters and media types. */
final class RequestFailures {
    private RequestFailures() {}

    static Refusal refusal(Exception failure) {
        return switch (failure) {
            case MethodArgumentNotValidException e -> Refusal.invalid(errors((Errors) e));
            case HandlerMethodValidationException e -> Refusal.invalid(errors(e));
            case MissingServletRequestParameterException e ->
                    Refusal.invalid(List.of(new FieldError(e.getParameterName(), "is missing")));
            case MethodArgumentTypeMismatchException e -> Refusal.invalid(List.of(mismatch(e)));
            case HttpRequestMethodNotSupportedException e -> method(e);
            case HttpMediaTypeNotSupportedException e -> mediaType(e);
            case HttpMediaTypeNotAcceptableException e ->
                    Refusal.of(
                            HttpStatus.NOT_ACCEPTABLE,
                            "not_acceptable",
                            "answers are only available as " + join(e.getSupportedMediaTypes()));
            case MaxUploadSizeExceededException _ ->
                    Refusal.of(
                            ServiceException.tooLarge(
                                            "the form is larger than the largest body allowed")
                                    .withHint("split it into several requests"));
            case MultipartException _ ->
                    Refusal.of(
                            HttpStatus.BAD_REQUEST,
                            "malformed_multipart",
                            "the body is not multipart/form-data as its Content-Type says");
            case InvalidParameterException _ -> Refusal.of(HttpStatus.BAD_REQUEST.value());
            case ErrorResponse e -> Refusal.of(e.getStatusCode().value());
            default -> Refusal.of(HttpStatus.INTERNAL_SERVER_ERROR.value());
        };
    }

    private static Refusal method(HttpRequestMethodNotSupportedException e) {
        String allowed =
                String.join(
                        ", ", Objects.requireNonNullElse(e.getSupportedMethods(), new String[0]));
        Refusal refusal =
                Refusal.of(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        "method_not_allowed",
                        e.getMethod() + " is not allowed here, only " + allowed);
        return refusal.withHeader(HttpHeaders.ALLOW, allowed);
    }

    private static Refusal mediaType(HttpMediaTypeNotSupportedException e) {
        MediaType given = e.getContentType();
        String accepted = join(e.getSupportedMediaTypes());
        return Refusal.of(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "unsupported_media_type",
                        (given == null ? "a body without a valid Content-Type" : given)
                                + " is not accepted here, only "
                                + accepted)
                .withHint("send the header Content-Type: application/json");
    }

    private static String join(List<MediaType> types) {
        return types.stream()
                .map(MediaType::toString)
                .filter(type -> !type.contains("*"))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static FieldError mismatch(MethodArgumentTypeMismatchException e) {
        Class<?> element =
                ResolvableType.forMethodParameter(e.getParameter())
                        .asCollection()
                        .getGeneric(0)
                        .resolve();
        Class<?> type = element == null ? e.getRequiredType() : element;
        return new FieldError(
                e.getName(),
                "is \"%s\", must be %s"
                        .formatted(e.getValue(), type == null ? "another" : kind(type)));
    }

    private static String kind(Class<?> type) {
        if (type == UUID.class) {
            return "a UUID";
        }
        if (type.isEnum()) {
            return "one of " + JsonNames.ofConstants(type);
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        return Number.class.isAssignableFrom(type) || type.isPrimitive()
                ? "a number in range"
                : "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static List<FieldError> errors(HandlerMethodValidationException e) {
        List<FieldError> errors = new ArrayList<>();
        for (ParameterValidationResult result : e.getParameterValidationResults()) {
            if (result instanceof ParameterErrors bound) {
                errors.addAll(errors((Errors) bound));
                continue;
            }
            String name = String.valueOf(result.getMethodParameter().getParameterName());
            result.getResolvableErrors()
                    .forEach(error ->
                            errors.add(
                                    new FieldError(
                                            JsonNames.snake(name),
                                            String.valueOf(error.getDefaultMessage()))));
        }
        return errors;
    }

    private static List<FieldError> errors(Errors result) {
        List<FieldError> errors = new ArrayList<>();
        for (ObjectError error : result.getAllErrors()) {
            String field =
                    error instanceof org.springframework.validation.FieldError one
                            ? JsonNames.snake(one.getField())
                            : "body";
            errors.add(new FieldError(field, String.valueOf(error.getDefaultMessage())));
        }
        return errors;
    }
}
