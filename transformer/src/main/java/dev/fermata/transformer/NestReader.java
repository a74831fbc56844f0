package dev.fermata.transformer;

import dev.fermata.abi.Abi;
import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.RecordComponentNode;

/** Pass: class files to classes, or to the reasons why they cannot be read. */
final class NestReader {
    /** Class files before Java 8 know neither static interface methods nor, most of them, stack map frames. */
    private static final int OLDEST_CLASS_VERSION = Opcodes.V1_8;

    private final List<Violation> violations;
    private final Set<String> names = new HashSet<>();

    private NestReader(List<Violation> violations) {
        this.violations = violations;
    }

    /** The classes of {@code nest}, in the order of their names; what cannot be read is added to {@code violations}. */
    static List<ClassNode> read(Collection<ClassFile> nest, List<Violation> violations) {
        NestReader reader = new NestReader(violations);
        List<ClassNode> classes = new ArrayList<>();
        for (ClassFile file :
                nest.stream().sorted(Comparator.comparing(ClassFile::name)).toList()) {
            if (Weaver.concerns(file.bytes()) || nest.size() > 1) {
                ClassNode node = reader.read(file);
                if (node != null) {
                    classes.add(node);
                }
            }
        }
        return classes;
    }

    private @Nullable ClassNode read(ClassFile file) {
        ClassNode node = new ClassNode();
        try {
            int version = majorVersion(file.bytes());
            if (Weaver.concerns(file.bytes()) && version < OLDEST_CLASS_VERSION) {
                return refuse(file, Rule.CLASS_VERSION, "it is of " + javaVersion(version));
            }
            new ClassReader(file.bytes()).accept(node, ClassReader.EXPAND_FRAMES);
            requireNames(node);
            requireCode(node);
        } catch (RuntimeException e) {
            // ASM's only way of saying that a class file is corrupt, whatever the exception
            String detail = String.valueOf(e.getMessage());
            return detail.startsWith("Unsupported class file")
                    ? refuse(file, Rule.CLASS_VERSION, detail)
                    : refuse(file, Rule.CLASS_CORRUPT, "it cannot be read (" + e + ")");
        }
        Integer abi = wovenAbi(node);
        if (!isLegal(node.name)) {
            return refuse(
                    file, Rule.CLASS_CORRUPT, "it calls its class " + node.name + ", which no class can be called");
        }
        if (!node.name.equals(file.name())) {
            return refuse(file, Rule.CLASS_CORRUPT, "the class in it is another one, " + node.name.replace('/', '.'));
        }
        if (!names.add(node.name)) {
            return refuse(file, Rule.CLASS_CORRUPT, "there is another class file of this class");
        }
        if (abi != null && abi != Abi.VERSION) {
            return refuse(file, Rule.ABI_MISMATCH, "it was woven for ABI " + abi + ", this is ABI " + Abi.VERSION);
        }
        return node;
    }

    /** ASM reads the index 0 as null, wherever it stands. */
    private static void requireNames(ClassNode node) {
        List<@Nullable String> names = new ArrayList<>();
        names.add(node.name);
        if ((node.access & Opcodes.ACC_MODULE) == 0 && !Names.OBJECT.equals(node.name)) {
            names.add(node.superName);
        }
        names.addAll(node.interfaces);
        names.addAll(orEmpty(node.nestMembers));
        names.addAll(orEmpty(node.permittedSubclasses));
        node.innerClasses.forEach(it -> names.add(it.name));
        for (RecordComponentNode component : orEmpty(node.recordComponents)) {
            names.addAll(Arrays.asList(component.name, component.descriptor));
            orEmpty(component.attrs).forEach(it -> names.add(it.type));
            addTypes(component.visibleAnnotations, names);
            addTypes(component.invisibleAnnotations, names);
        }
        orEmpty(node.attrs).forEach(it -> names.add(it.type));
        addTypes(node.visibleAnnotations, names);
        addTypes(node.invisibleAnnotations, names);
        for (FieldNode field : node.fields) {
            names.addAll(Arrays.asList(field.name, field.desc));
            orEmpty(field.attrs).forEach(it -> names.add(it.type));
            addTypes(field.visibleAnnotations, names);
            addTypes(field.invisibleAnnotations, names);
        }
        for (MethodNode method : node.methods) {
            names.addAll(Arrays.asList(method.name, method.desc));
            names.addAll(method.exceptions);
            orEmpty(method.attrs).forEach(it -> names.add(it.type));
            addTypes(method.visibleAnnotations, names);
            addTypes(method.invisibleAnnotations, names);
        }
        if (names.contains(null)) {
            throw new IllegalArgumentException("a name is missing");
        }
        // the JVM compares the indices of constants, and writing makes one of two equal ones
        if (node.innerClasses.stream().anyMatch(it -> it.name.equals(it.outerName))) {
            throw new IllegalArgumentException("a class is nested in itself");
        }
    }

    /**
     * Whether a class file can be written as it was read. A name that is missing in a part that {@link #requireNames} does
     * not look at, such as a value of an annotation, shows only there.
     */
    static boolean isComplete(ClassFile file) {
        try {
            new ClassReader(file.bytes()).accept(new ClassWriter(0), 0);
            return true;
        } catch (RuntimeException e) {
            // ASM's only way of saying so
            return false;
        }
    }

    private static void addTypes(@Nullable List<AnnotationNode> annotations, List<@Nullable String> names) {
        orEmpty(annotations).forEach(it -> names.add(it.desc));
    }

    private static void requireCode(ClassNode node) {
        for (MethodNode method : node.methods) {
            if (AsyncMethods.hasBody(method) && Instructions.nextReal(method.instructions.getFirst()) == null) {
                throw new IllegalArgumentException("the method " + method.name + " has no code");
            }
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private @Nullable ClassNode refuse(ClassFile file, Rule rule, String detail) {
        violations.add(new Violation(rule, file.name().replace('/', '.'), null, sourceFile(file, rule), 0, detail));
        return null;
    }

    /** The JVM's rule for names of classes: parts of any characters but four, and none of them empty. */
    private static boolean isLegal(String name) {
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.indexOf('.') >= 0 || part.indexOf(';') >= 0 || part.indexOf('[') >= 0) {
                return false;
            }
        }
        return true;
    }

    private static String javaVersion(int majorVersion) {
        // 45 is that of Java 1.0 and 1.1
        int java = Math.max(1, majorVersion - Opcodes.V1_8 + 8);
        return "Java " + (java < 5 ? "1." : "") + java;
    }

    /** The file's simple name, where a class of a version that is not woven can be read nevertheless. */
    private static @Nullable String sourceFile(ClassFile file, Rule broken) {
        if (broken != Rule.CLASS_VERSION) {
            return null;
        }
        try {
            ClassNode node = new ClassNode();
            new ClassReader(file.bytes()).accept(node, ClassReader.SKIP_CODE | ClassReader.SKIP_FRAMES);
            return node.sourceFile;
        } catch (RuntimeException e) {
            // it is of a version that ASM does not know
            return null;
        }
    }

    private static int majorVersion(byte[] classFile) {
        return ((classFile[6] & 0xff) << 8) | (classFile[7] & 0xff);
    }

    /** The ABI that a class was woven for; null if it was not woven. */
    static @Nullable Integer wovenAbi(ClassNode node) {
        if (node.invisibleAnnotations != null) {
            for (AnnotationNode annotation : node.invisibleAnnotations) {
                if (annotation.desc.equals(Names.WOVEN)
                        && annotation.values != null
                        && annotation.values.size() > 1
                        && annotation.values.get(1) instanceof Integer abi) {
                    return abi;
                }
            }
        }
        return null;
    }
}
