package com.acme.offers;

import dev.fermata.Coroutine;
import dev.fermata.LoopThread;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.method.support.AsyncHandlerMethodReturnValueHandler;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Lets the methods of controllers return coroutines, which run on the loop. */
@Configuration
class CoroutineReturnValues implements WebMvcConfigurer, AsyncHandlerMethodReturnValueHandler {
    private final LoopThread loop;

    CoroutineReturnValues(LoopThread loop) {
        this.loop = loop;
    }

    @Override
    public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
        handlers.add(this);
    }

    @Override
    public boolean supportsReturnType(MethodParameter returnType) {
        return Coroutine.class.isAssignableFrom(returnType.getParameterType());
    }

    @Override
    public boolean isAsyncReturnValue(Object value, MethodParameter returnType) {
        return value instanceof Coroutine; // so it comes before @ResponseBody
    }

    @Override
    public void handleReturnValue(
            Object value, MethodParameter returnType, ModelAndViewContainer container, NativeWebRequest request)
            throws Exception {
        DeferredResult<Object> response = new DeferredResult<>();
        CompletableFuture<?> result = loop.run((Coroutine<?>) value);
        response.onCompletion(() -> result.cancel(true)); // a request that timed out or broke off cancels its task
        result.whenComplete((body, failure) -> response.setResult(failure == null ? body : failure));
        WebAsyncUtils.getAsyncManager(request).startDeferredResultProcessing(response, container);
    }
}
