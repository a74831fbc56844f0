package dev.fermata.management;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import javax.management.DynamicMBean;

/**
 * Makes a bean that can be given to the MBean server without keeping Fermata's class loader alive; the server lives as long
 * as the process. The bean is made of the JDK's own classes (not even a lambda of ours is among them), and refers weakly to
 * the bean that answers. Once that is gone, every call throws.
 */
final class WeakBean {
    private static final MethodHandles.Lookup JDK = MethodHandles.publicLookup();

    private WeakBean() {}

    /**
     * Returns a bean that forwards every call to {@code bean}.
     *
     * @param bean referred to weakly; the caller has to keep it
     */
    static DynamicMBean of(DynamicMBean bean) {
        try {
            return (DynamicMBean) Proxy.newProxyInstance(
                    DynamicMBean.class.getClassLoader(), new Class<?>[] {DynamicMBean.class}, handler(bean));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("JDK " + Runtime.version() + " lacks a public method", e);
        }
    }

    private static InvocationHandler handler(DynamicMBean bean) throws ReflectiveOperationException {
        MethodHandle toHandler = toHandler(new WeakReference<>(bean));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader()); // JDK 17 defines the class in this loader
        try {
            return MethodHandleProxies.asInterfaceInstance(InvocationHandler.class, toHandler);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * Returns (proxy, method, arguments) →
     * publicLookup().unreflect(method).bindTo(bean.get()).invokeWithArguments(arguments).
     */
    private static MethodHandle toHandler(Reference<DynamicMBean> bean) throws ReflectiveOperationException {
        MethodHandle get = method(Reference.class, Object.class, "get").bindTo(bean);
        MethodHandle unreflect = method(MethodHandles.Lookup.class, MethodHandle.class, "unreflect", Method.class)
                .bindTo(JDK);
        MethodHandle bindTo = method(MethodHandle.class, MethodHandle.class, "bindTo", Object.class);
        MethodHandle call = method(MethodHandle.class, Object.class, "invokeWithArguments", Object[].class);
        MethodHandle bound =
                MethodHandles.collectArguments(MethodHandles.collectArguments(bindTo, 1, get), 0, unreflect);
        return MethodHandles.dropArguments(
                MethodHandles.filterArguments(call.asFixedArity(), 0, bound, orNone()), 0, Object.class);
    }

    /** Returns a filter that replaces null by an empty array: a call without arguments arrives with null. */
    private static MethodHandle orNone() throws ReflectiveOperationException {
        MethodHandle orElse = JDK.findStatic(
                Objects.class, "requireNonNullElse", MethodType.methodType(Object.class, Object.class, Object.class));
        return MethodHandles.insertArguments(orElse, 1, (Object) new Object[0])
                .asType(MethodType.methodType(Object[].class, Object[].class));
    }

    private static MethodHandle method(Class<?> type, Class<?> result, String name, Class<?>... parameters)
            throws ReflectiveOperationException {
        return JDK.findVirtual(type, name, MethodType.methodType(result, parameters));
    }
}
