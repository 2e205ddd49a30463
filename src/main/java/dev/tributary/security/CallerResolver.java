package dev.tributary.security;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionService;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.method.support.UriComponentsContributor;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Resolves the {@link Caller} of a request, for controllers that need one: everybody may do
 * everything in the namespace that the query parameter {@code namespace} names.
 */
@Component
class CallerResolver
        implements HandlerMethodArgumentResolver, UriComponentsContributor, WebMvcConfigurer {
    static final String PARAMETER = "namespace";

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    /** Whether a parameter's namespace is a query parameter. */
    static boolean isInQuery(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class
                && !parameter.hasParameterAnnotation(NamespaceInBody.class);
    }

    @Override
    public Caller resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Caller caller = Caller.unrestricted(Caller.NAMESPACE_DEFAULT);
        return isInQuery(parameter) ? caller.in(request.getParameter(PARAMETER)) : caller;
    }

    /** Declares the query parameter, so that it is not refused as unknown. */
    @Override
    public void contributeMethodArgument(
            MethodParameter parameter,
            @Nullable Object value,
            UriComponentsBuilder builder,
            Map<String, Object> uriVariables,
            ConversionService conversions) {
        if (isInQuery(parameter)) {
            builder.queryParam(PARAMETER, value);
        }
    }
}
