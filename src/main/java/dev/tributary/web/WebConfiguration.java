package dev.tributary.web;

import jakarta.servlet.Filter;
import jakarta.servlet.MultipartConfigElement;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.UriComponentsContributor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The filters, in order, and how Tomcat reads a URL. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {
    private static final int FORM_BYTES_IN_MEMORY_MAX = 64 * 1024;

    private final ObjectProvider<HandlerMethodArgumentResolver> resolvers;

    WebConfiguration(ObjectProvider<HandlerMethodArgumentResolver> resolvers) {
        this.resolvers = resolvers;
    }

    @Bean
    FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
        return filter(new RequestIdFilter(), 0);
    }

    /** Before the filters that refuse: a page may read why. */
    @Bean
    FilterRegistrationBean<OncePerRequestFilter> originFilter(WebProperties properties) {
        boolean isClosed = properties.cors().allowedOrigins().isEmpty();
        return filter(isClosed ? new PreflightFilter() : OriginRules.filter(properties.cors()), 1);
    }

    @Bean
    FilterRegistrationBean<RequestLimitFilter> requestLimitFilter(WebProperties properties) {
        return filter(new RequestLimitFilter(properties.requestsMax()), 2);
    }

    @Bean
    FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(WebProperties properties) {
        return filter(
                new BodyLimitFilter(properties.bodyMax().toBytes(), properties.streamedPaths()), 3);
    }

    /**
     * Forms have the same limit as other bodies, set here because the filter cannot count a form
     * that does not declare its length. Small forms stay in memory.
     */
    @Bean
    MultipartConfigElement forms(WebProperties properties) {
        long bytesMax = properties.bodyMax().toBytes();
        return new MultipartConfigElement("", bytesMax, bytesMax, FORM_BYTES_IN_MEMORY_MAX);
    }

    /** Not asynchronous: the limit on requests counts until the filter returns. */
    private static <F extends Filter> FilterRegistrationBean<F> filter(F filter, int position) {
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + position);
        registration.setAsyncSupported(false);
        return registration;
    }

    /**
     * Leaves {@code %2F} and {@code %5C} in the URL unchanged, so that Spring decodes them within
     * their segment: a source id may have slashes.
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat() {
        return factory -> {
            factory.addConnectorCustomizers(connector -> {
                String kept = EncodedSolidusHandling.PASS_THROUGH.getValue();
                connector.setEncodedSolidusHandling(kept);
                connector.setEncodedReverseSolidusHandling(kept);
            });
            factory.addContextCustomizers(context -> {
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(ProblemValve.class.getName());
                }
            });
        };
    }

    /**
     * Only JSON. Spring would also read and write YAML, as springdoc brings a library for it, with
     * a mapper of its own that does not have the strict settings for JSON.
     */
    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
        builder.configureMessageConvertersList(converters ->
                converters.removeIf(converter ->
                        converter.getSupportedMediaTypes().contains(MediaType.APPLICATION_YAML)));
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        List<UriComponentsContributor> contributors =
                resolvers
                        .orderedStream()
                        .filter(UriComponentsContributor.class::isInstance)
                        .map(UriComponentsContributor.class::cast)
                        .toList();
        registry.addInterceptor(new StrictRequests(contributors));
    }

    /** Query parameters have constants as in JSON. */
    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverterFactory(new LowerCaseConstants());
    }

    @SuppressWarnings("rawtypes")
    private static final class LowerCaseConstants implements ConverterFactory<String, Enum> {
        @Override
        public <T extends Enum> Converter<String, T> getConverter(Class<T> type) {
            return text -> {
                for (T constant : type.getEnumConstants()) {
                    if (JsonNames.ofConstant(constant.name()).equals(text)) {
                        return constant;
                    }
                }
                throw new IllegalArgumentException(text);
            };
        }
    }
}
