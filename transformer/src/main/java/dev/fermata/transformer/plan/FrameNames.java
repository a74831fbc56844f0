package dev.fermata.transformer.plan;

import dev.fermata.abi.Linker;
import dev.fermata.transformer.analysis.Hierarchy;
import dev.fermata.transformer.model.AsyncMethod;
import dev.fermata.transformer.model.Names;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InnerClassNode;

/**
 * The names of a nest's frame classes: {@code Host$async$method}, overloads numbered in the order of the class file. A method
 * whose plain name is not free, cannot be told from another's or is too long for a file gets {@link Linker#distinctName}
 * instead. Both depend on the nest alone, and {@link Linker} finds both again.
 *
 * <p>Free means: no class is called so, whatever the case of its letters. Class files lie on file systems that ignore case,
 * where {@code a} and {@code A} would be one file.
 */
public final class FrameNames {
    /** Of a file's name, in most file systems. */
    private static final int MOST_BYTES = 255;

    private static final Pattern NUMBERED = Pattern.compile("(.+)\\$\\d+");

    private final Hierarchy hierarchy;
    private final Set<String> taken = new HashSet<>();

    /** How many plain names the overloads of a method have. */
    private final Map<String, Integer> overloads = new HashMap<>();

    public FrameNames(Collection<ClassNode> nest, Hierarchy hierarchy) {
        this.hierarchy = hierarchy;
        for (ClassNode node : nest) {
            taken.add(folded(node.name));
            for (InnerClassNode inner : node.innerClasses) {
                taken.add(folded(inner.name));
            }
        }
    }

    /** The name of a method's frame class; to be asked once for each method, in their order. */
    public String next(AsyncMethod async) {
        String key = async.host().name + Linker.FRAME_INFIX + async.method().name;
        int number = overloads.getOrDefault(key, 0) + 1;
        String plain = number == 1 ? key : key + "$" + number;
        if (!isAmbiguous(async, number) && isShort(plain) && isFree(plain)) {
            overloads.put(key, number);
            taken.add(folded(plain));
            return plain;
        }
        String distinct = Linker.distinctName(async.host().name, async.method().name, async.method().desc);
        String candidate = distinct;
        for (int i = 2; !isFree(candidate); i++) {
            candidate = distinct + i;
        }
        taken.add(folded(candidate));
        return candidate;
    }

    /** Whether another method of a class could have this plain name: nobody gets it then, because a caller could not tell. */
    private static boolean isAmbiguous(AsyncMethod async, int number) {
        String method = async.method().name;
        Matcher numbered = NUMBERED.matcher(method);
        return async.host().name.contains(Linker.FRAME_INFIX)
                || method.contains(Linker.FRAME_INFIX)
                || (number > 1 && isMethod(async.host(), method + "$" + number))
                || (numbered.matches() && isMethod(async.host(), numbered.group(1)));
    }

    private static boolean isMethod(ClassNode host, String name) {
        return host.methods.stream().anyMatch(it -> it.name.equals(name));
    }

    private static boolean isShort(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1) + ".class";
        return file.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
    }

    /** A class that the weaver made is not in the way: it lies there from an earlier run. */
    private boolean isFree(String name) {
        if (taken.contains(folded(name))) {
            return false;
        }
        return !hierarchy.isKnown(name) || Names.FRAME.equals(hierarchy.superName(name));
    }

    private static String folded(String name) {
        return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
