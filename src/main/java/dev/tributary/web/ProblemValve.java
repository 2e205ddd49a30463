package dev.tributary.web;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that Tomcat refuses before the application sees them, such as an illegal
 * character in the URL, in the same format as other failures. Public, with a public constructor,
 * because Tomcat creates it by name.
 */
public final class ProblemValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0) {
            return;
        }
        if (!response.setErrorReported()) {
            return;
        }
        try {
            response.setHeader(RequestId.HEADER, RequestId.of(request));
            Refusal.of(response.getStatus()).send(request.getRequest(), response.getResponse());
        } catch (IOException e) {
            // The client has disconnected: there is nobody to answer.
            container.getLogger().debug("no answer could be sent", e);
        }
    }
}
