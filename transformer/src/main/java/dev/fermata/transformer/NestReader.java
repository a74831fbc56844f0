package dev.fermata.transformer;

import dev.fermata.abi.Abi;
import dev.fermata.rules.Rule;
import dev.fermata.transformer.analysis.Instructions;
import dev.fermata.transformer.model.Names;
import dev.fermata.transformer.model.WovenMark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.RecordComponentNode;

/** Reads the class files of a nest, or finds the reasons why they cannot be read. */
final class NestReader {
    /** Class files before Java 8 know neither static interface methods nor, most of them, stack map frames. */
    private static final int OLDEST_CLASS_VERSION = Opcodes.V1_8;

    /** The newest that ASM reads; a test compares them. Of this one it reads no preview. */
    static final int NEWEST_CLASS_VERSION = Opcodes.V28;

    private static final List<String> FERMATA_NAMES = List.of(
            Names.ASYNC,
            Names.ASYNCIO,
            Names.ASYNC_TEST,
            Names.EXPLORE,
            Names.ASYNC_BEFORE_EACH,
            Names.ASYNC_AFTER_EACH);

    private static final ConstantPool FERMATA = new ConstantPool(FERMATA_NAMES);
    private static final ConstantPool JUNIT = new ConstantPool(Names.CALLED_BY_JUNIT);

    /** One look is enough for a class that has nothing to do with Fermata. */
    private static final ConstantPool MAY_CONCERN =
            new ConstantPool(Stream.concat(FERMATA_NAMES.stream(), Stream.of("()L" + Names.COROUTINE + ";"))
                    .toList());

    private final List<ClassNode> classes = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private NestReader() {}

    /**
     * What was read.
     *
     * @param classes those that can be, in the order of their names
     * @param violations why others cannot be
     */
    record Classes(List<ClassNode> classes, List<Violation> violations) {}

    static Classes read(Collection<ClassFile> nest) {
        NestReader reader = new NestReader();
        for (ClassFile file :
                nest.stream().sorted(Comparator.comparing(ClassFile::name)).toList()) {
            if (concerns(file.bytes()) || nest.size() > 1) {
                reader.read(file);
            }
        }
        return new Classes(reader.classes, reader.violations);
    }

    /** Whether a class could have to do with async methods at all: a look at its constant pool, no more. */
    static boolean concerns(byte[] classFile) {
        return MAY_CONCERN.isMentionedIn(classFile)
                // a test that returns a coroutine has to be refused
                && (FERMATA.isMentionedIn(classFile) || JUNIT.isMentionedIn(classFile));
    }

    private void read(ClassFile file) {
        String version = unknownVersion(file.bytes());
        if (version != null) {
            refuse(file, Rule.CLASS_VERSION, version);
            return;
        }
        ClassNode node = new ClassNode();
        String unreadable = read(file.bytes(), node);
        if (unreadable != null) {
            refuse(file, Rule.CLASS_CORRUPT, "it cannot be read (" + unreadable + ")");
            return;
        }
        Integer abi = WovenMark.abiOf(node);
        if (!isLegal(node.name)) {
            refuse(file, Rule.CLASS_CORRUPT, "it names its class " + node.name + ", which no class can be named");
        } else if (!node.name.equals(file.name())) {
            refuse(file, Rule.CLASS_CORRUPT, "it contains another class, " + node.name.replace('/', '.'));
        } else if (!names.add(node.name)) {
            refuse(file, Rule.CLASS_CORRUPT, "there is another class file of the same class");
        } else if (abi != null && abi != Abi.VERSION) {
            refuse(file, Rule.ABI_MISMATCH, "it was woven for ABI " + abi + ", this is ABI " + Abi.VERSION);
        } else {
            classes.add(node);
        }
    }

    /** Reads into {@code node}, or finds out why that cannot be done. */
    private static @Nullable String read(byte[] classFile, ClassNode node) {
        try {
            new ClassReader(classFile).accept(node, ClassReader.EXPAND_FRAMES);
        } catch (RuntimeException e) {
            // ASM's only way of saying that a class file is corrupt, whatever the exception
            return e.toString();
        }
        return incompleteness(node);
    }

    private static @Nullable String incompleteness(ClassNode node) {
        if (namesIn(node).contains(null)) {
            return "a name is missing";
        }
        // the JVM compares the indices of constants, and writing makes one of two equal ones
        if (node.innerClasses.stream().anyMatch(it -> it.name.equals(it.outerName))) {
            return "a class is nested in itself";
        }
        for (MethodNode method : node.methods) {
            if (Instructions.hasBody(method) && Instructions.nextReal(method.instructions.getFirst()) == null) {
                return "the method " + method.name + " has no code";
            }
        }
        return null;
    }

    /** ASM reads the index 0 as null, wherever it stands. */
    private static List<@Nullable String> namesIn(ClassNode node) {
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
        return names;
    }

    /**
     * Whether a class file can be written as it was read. A name that is missing in a part that {@link #namesIn} does
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

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private void refuse(ClassFile file, Rule rule, String detail) {
        violations.add(Violation.ofClass(rule, file.name(), sourceFile(file, rule), detail));
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

    /** What is said of a version that is not woven; null for one that is, or where the file is too short to have one. */
    private static @Nullable String unknownVersion(byte[] classFile) {
        if (classFile.length < 8) {
            return null;
        }
        int minor = unsignedShort(classFile, 4);
        int major = unsignedShort(classFile, 6);
        if (major > NEWEST_CLASS_VERSION || (major == NEWEST_CLASS_VERSION && minor != 0)) {
            return "Unsupported class file version " + major + "." + minor;
        }
        return major < OLDEST_CLASS_VERSION && concerns(classFile) ? "it is of " + javaVersion(major) : null;
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }
}
