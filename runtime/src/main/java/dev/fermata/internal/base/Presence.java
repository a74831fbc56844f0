package dev.fermata.internal.base;

import org.jspecify.annotations.Nullable;

/**
 * What another process can see of Fermata in this process by attaching, without opening anything here: a system property.
 * It is set when the first event loop starts. From any thread.
 */
public final class Presence {
    /** The name of the property. */
    public static final String PROPERTY = "dev.fermata.dump";

    /** The value if the tasks can be read over JMX. */
    public static final String ANSWERS = "answers";

    /** The value if the MBean server cannot find Fermata's classes, and no code has registered the bean. */
    public static final String OWN_LOADER = "in a class loader of its own";

    private Presence() {}

    /** Called when an event loop starts. */
    public static void loopStarts() {
        String before = System.getProperty(PROPERTY);
        if (before == null || (before.equals(OWN_LOADER) && isFoundByName())) {
            System.setProperty(PROPERTY, unregistered());
        }
    }

    /** Called when the bean was registered or unregistered. */
    public static void registered(boolean registered) {
        System.setProperty(PROPERTY, registered ? ANSWERS : unregistered());
    }

    private static String unregistered() {
        return isFoundByName() ? ANSWERS : OWN_LOADER;
    }

    private static boolean isFoundByName() {
        @Nullable ClassLoader own = Presence.class.getClassLoader();
        return own == ClassLoader.getSystemClassLoader();
    }
}
