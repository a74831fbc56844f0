package dev.fermata.context;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.MDC;

/** Registers accessors for the tests of a class, and checks that no test leaves anything on its thread. */
final class Frameworks implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    /** What a framework keeps on each thread. */
    static final ThreadLocal<String> USER = new ThreadLocal<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        ContextRegistry.getInstance()
                .registerThreadLocalAccessor("user", USER)
                .registerThreadLocalAccessor(new Slf4jThreadLocalAccessor())
                .registerThreadLocalAccessor(new OpenTelemetryAccessor());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        String user = USER.get();
        Map<String, String> mdc = MDC.getCopyOfContextMap();
        io.opentelemetry.context.Context trace = io.opentelemetry.context.Context.current();
        USER.remove();
        MDC.clear();
        new OpenTelemetryAccessor().setValue();
        if (user != null || (mdc != null && !mdc.isEmpty()) || trace != io.opentelemetry.context.Context.root()) {
            throw new AssertionError("left on the thread: " + user + ", " + mdc + ", " + trace);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        ContextRegistry registry = ContextRegistry.getInstance();
        registry.removeThreadLocalAccessor("user");
        registry.removeThreadLocalAccessor(Slf4jThreadLocalAccessor.KEY);
        registry.removeThreadLocalAccessor(OpenTelemetryAccessor.KEY);
    }
}
