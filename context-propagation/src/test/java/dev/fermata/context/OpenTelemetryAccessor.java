package dev.fermata.context;

import io.micrometer.context.ThreadLocalAccessor;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;

/** The accessor for OpenTelemetry that docs/context.md shows. */
final class OpenTelemetryAccessor implements ThreadLocalAccessor<Context> {
    static final String KEY = "opentelemetry";

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    public Context getValue() {
        return Context.current();
    }

    @Override
    public void setValue(Context value) {
        ContextStorage.get().attach(value);
    }

    @Override
    public void setValue() {
        setValue(Context.root());
    }
}
