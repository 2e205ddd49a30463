package dev.tributary.web;

import dev.tributary.failure.ServiceException.FieldError;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.UriComponentsContributor;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Refuses what would otherwise be silently ignored: a query parameter that nothing reads (a
 * misspelt namespace would act on the default one), the part of a path after a bare semicolon, and
 * a compressed body.
 */
final class StrictRequests implements HandlerInterceptor {
    private static final String OWN_PACKAGES = "dev.tributary.";

    private final List<UriComponentsContributor> contributors;

    /**
     * @param contributors resolvers of arguments that read query parameters
     */
    StrictRequests(List<UriComponentsContributor> contributors) {
        this.contributors = List.copyOf(contributors);
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        if (!(handler instanceof HandlerMethod method)
                || !method.getBeanType().getName().startsWith(OWN_PACKAGES)) {
            return true;
        }
        Refusal refusal = refusal(request, method);
        if (refusal == null) {
            return true;
        }
        refusal.send(request, response);
        return false;
    }

    private @Nullable Refusal refusal(HttpServletRequest request, HandlerMethod method) {
        if (request.getRequestURI().indexOf(';') >= 0) {
            return Refusal.of(
                            HttpStatus.BAD_REQUEST,
                            "malformed_request",
                            "the path has a semicolon that is not encoded")
                    .withHint("write it as %3B");
        }
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity") && !readsItself(method)) {
            return Refusal.of(
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                            "unsupported_encoding",
                            "a body with Content-Encoding " + encoding + " is not accepted here")
                    .withHint("send the body as it is, uncompressed");
        }
        return request.getQueryString() == null ? null : unknownParameter(request, method);
    }

    /** Whether a call takes the stream of its body, and so checks its encoding itself. */
    private static boolean readsItself(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters())
                .anyMatch(parameter -> parameter.getParameterType() == InputStream.class);
    }

    private @Nullable Refusal unknownParameter(HttpServletRequest request, HandlerMethod method) {
        Set<String> known = new TreeSet<>();
        for (MethodParameter parameter : method.getMethodParameters()) {
            RequestParam annotation = parameter.getParameterAnnotation(RequestParam.class);
            if (annotation != null) {
                String name = annotation.name();
                known.add(name.isEmpty() ? parameter.getParameter().getName() : name);
            }
            known.addAll(contributed(parameter));
        }
        List<FieldError> errors = new ArrayList<>();
        Set<String> parts = parts(request);
        for (String name : request.getParameterMap().keySet()) {
            if (!known.contains(name) && !parts.contains(name)) {
                String names = known.isEmpty() ? "none" : String.join(", ", known);
                errors.add(
                        new FieldError(
                                name, "is not a query parameter of this call; known: " + names));
            }
        }
        return errors.isEmpty() ? null : Refusal.invalid(errors).withCode("unknown_parameter");
    }

    /** The query parameters that an argument is resolved from, according to its resolver. */
    private Set<String> contributed(MethodParameter parameter) {
        var url = UriComponentsBuilder.newInstance();
        for (UriComponentsContributor contributor : contributors) {
            if (contributor.supportsParameter(parameter)) {
                contributor.contributeMethodArgument(
                        parameter,
                        "",
                        url,
                        new HashMap<>(),
                        DefaultConversionService.getSharedInstance());
            }
        }
        return url.build().getQueryParams().keySet();
    }

    /**
     * The parts of a form, which the servlet API reports as parameters; their reader checks them.
     */
    private static Set<String> parts(HttpServletRequest request) {
        Set<String> names = new TreeSet<>();
        if (request instanceof MultipartHttpServletRequest form) {
            try {
                form.getParts().forEach(part -> names.add(part.getName()));
            } catch (IOException | ServletException e) {
                throw new MultipartException("the form cannot be read", e);
            }
        }
        return names;
    }
}
