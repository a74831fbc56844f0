package dev.fermata.api;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public API of a module as text, the same on every JDK: a line for each type, and under it an indented line for each
 * member that code outside of the module can use.
 *
 * <p>A type counts if {@code module-info} exports its package to everybody. A type that is not exported is not listed; what
 * its exported subtypes inherit from it is listed there. Methods that every object has, and what javac adds
 * ({@code synthetic}), are left out. Annotations are read by reflection, so those of {@code CLASS} retention are not seen.
 */
final class PublicApi {
    private static final Set<String> EVERY_OBJECT_HAS = Set.of("equals(Object)", "hashCode()", "toString()");

    private final Set<String> exported;

    /** @param exported the packages whose public types can be used from outside */
    PublicApi(Set<String> exported) {
        this.exported = exported;
    }

    /** The packages that the module of this class exports to everybody. */
    static Set<String> exportsOf(Class<?> inModule) throws IOException {
        return contents(inModule, root -> exports(descriptor(root)));
    }

    /** The API of the module that this class is in. */
    List<String> ofModule(Class<?> inModule) throws IOException {
        return contents(inModule, root -> {
            ModuleDescriptor module = descriptor(root);
            List<String> lines = new ArrayList<>();
            lines.add("module " + module.name());
            module.requires().stream()
                    .filter(it -> it.modifiers().contains(ModuleDescriptor.Requires.Modifier.TRANSITIVE))
                    .map(it -> "    requires transitive " + it.name())
                    .sorted()
                    .forEach(lines::add);
            for (String name : exports(module)) {
                lines.add("    exports " + name);
            }
            for (String name : exports(module)) {
                lines.add("");
                lines.addAll(ofPackage(root, name, inModule.getClassLoader()));
            }
            return lines;
        });
    }

    private interface Reading<T> {
        T read(Path root) throws IOException;
    }

    /** Reads the folder or the jar from which the class was loaded: {@code mvn test} has the one, {@code mvn verify} the other. */
    private static <T> T contents(Class<?> type, Reading<T> reading) throws IOException {
        try {
            Path root = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(root)) {
                return reading.read(root);
            }
            try (FileSystem jar = FileSystems.newFileSystem(root)) {
                return reading.read(jar.getPath("/"));
            }
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static ModuleDescriptor descriptor(Path root) throws IOException {
        try (InputStream in = Files.newInputStream(root.resolve("module-info.class"))) {
            return ModuleDescriptor.read(in);
        }
    }

    private static Set<String> exports(ModuleDescriptor module) {
        return module.exports().stream()
                .filter(it -> !it.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> ofPackage(Path root, String name, ClassLoader loader) throws IOException {
        Map<String, Class<?>> types = new TreeMap<>();
        try (Stream<Path> files = Files.list(root.resolve(name.replace('.', '/')))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String fileName = file.getFileName().toString();
                if (fileName.endsWith(".class") && !fileName.equals("package-info.class")) {
                    Class<?> type = load(name + "." + fileName.substring(0, fileName.length() - 6), loader);
                    if (isVisible(type)) {
                        types.put(type.getTypeName(), type);
                    }
                }
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(annotations(types.values().iterator().next().getPackage()) + "package " + name);
        for (Class<?> type : types.values()) {
            lines.add("");
            lines.addAll(ofType(type));
        }
        return lines;
    }

    private static Class<?> load(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isVisible(Class<?> type) {
        Class<?> host = type.getDeclaringClass();
        return !type.isSynthetic()
                && isVisible(type.getModifiers())
                && (host == null ? isExported(type) : isVisible(host));
    }

    private boolean isExported(Class<?> type) {
        return !type.getName().startsWith("dev.fermata.") || exported.contains(type.getPackageName());
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    /** The line of the type, and the lines of its members. */
    List<String> ofType(Class<?> type) {
        List<String> lines = new ArrayList<>();
        lines.add(annotations(type) + header(type));
        List<Class<?>> family = new ArrayList<>(List.of(type));
        addHiddenSupertypes(type, family);

        Comparator<Member> order = Comparator.comparing(Member::getName);
        Map<String, String> fields = new LinkedHashMap<>();
        Map<String, String> methods = new LinkedHashMap<>();
        for (Class<?> from : family) {
            for (Field field : sorted(from.getDeclaredFields(), order)) {
                fields.putIfAbsent(field.getName(), field(field));
            }
            for (Method method : sorted(from.getDeclaredMethods(), order)) {
                if (!EVERY_OBJECT_HAS.contains(erased(method))) {
                    methods.putIfAbsent(erased(method), method(method));
                }
            }
        }
        fields.values().forEach(it -> lines.add("    " + it));
        sorted(type.getDeclaredConstructors(), order).stream()
                .map(it -> "    " + constructor(it))
                .sorted()
                .forEach(lines::add);
        methods.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(it -> lines.add("    " + it.getValue()));
        return lines;
    }

    private static <M extends Member> List<M> sorted(M[] members, Comparator<? super M> order) {
        return Arrays.stream(members)
                .filter(it -> !it.isSynthetic() && isVisible(it.getModifiers()))
                .filter(it -> Modifier.isPublic(it.getModifiers())
                        || !Modifier.isFinal(it.getDeclaringClass().getModifiers()))
                .sorted(order)
                .toList();
    }

    private static String erased(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(PublicApi::name)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private void addHiddenSupertypes(Class<?> type, List<Class<?>> family) {
        for (Class<?> supertype : supertypes(type)) {
            if (!isVisible(supertype)) {
                family.add(supertype);
                addHiddenSupertypes(supertype, family);
            }
        }
    }

    private static List<Class<?>> supertypes(Class<?> type) {
        List<Class<?>> supertypes = new ArrayList<>();
        if (type.getSuperclass() != null) {
            supertypes.add(type.getSuperclass());
        }
        supertypes.addAll(List.of(type.getInterfaces()));
        return supertypes;
    }

    private String header(Class<?> type) {
        StringBuilder header = new StringBuilder(modifiers(type));
        if (type.isAnnotation()) {
            header.append("@interface ");
        } else if (type.isInterface()) {
            header.append("interface ");
        } else if (type.isEnum()) {
            header.append("enum ");
        } else {
            header.append(type.isRecord() ? "record " : "class ");
        }
        header.append(name(type)).append(typeParameters(type.getTypeParameters()));
        if (type.isRecord()) {
            header.append(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getAnnotatedType)
                    .map(PublicApi::type)
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        Set<String> extended = new TreeSet<>();
        Set<String> implemented = new TreeSet<>();
        addVisibleSupertypes(type, extended, implemented);
        if (!extended.isEmpty()) {
            header.append(" extends ").append(String.join(", ", extended));
        }
        if (!implemented.isEmpty()) {
            header.append(type.isInterface() ? " extends " : " implements ").append(String.join(", ", implemented));
        }
        if (type.isSealed()) {
            header.append(" permits ").append(permitted(type));
        }
        return header.toString();
    }

    private static String modifiers(Class<?> type) {
        boolean plain = !type.isInterface() && !type.isEnum() && !type.isRecord();
        int modifiers = type.getModifiers();
        StringBuilder text = new StringBuilder(Modifier.isPublic(modifiers) ? "public " : "protected ");
        if (type.getDeclaringClass() != null && plain && Modifier.isStatic(modifiers)) {
            text.append("static ");
        }
        if (plain && Modifier.isAbstract(modifiers)) {
            text.append("abstract ");
        }
        if (plain && Modifier.isFinal(modifiers)) {
            text.append("final ");
        }
        if (type.isSealed()) {
            text.append("sealed ");
        }
        return text.toString();
    }

    private void addVisibleSupertypes(Class<?> type, Set<String> extended, Set<String> implemented) {
        Class<?> superclass = type.getSuperclass();
        if (superclass != null && !isVisible(superclass)) {
            addVisibleSupertypes(superclass, extended, implemented);
        } else if (superclass != null
                && !Set.of(Object.class, Enum.class, Record.class).contains(superclass)) {
            extended.add(type(type.getAnnotatedSuperclass()));
        }
        for (int i = 0; i < type.getInterfaces().length; i++) {
            if (type.isAnnotation()) {
                continue;
            }
            if (isVisible(type.getInterfaces()[i])) {
                implemented.add(type(type.getAnnotatedInterfaces()[i]));
            } else {
                addVisibleSupertypes(type.getInterfaces()[i], extended, implemented);
            }
        }
    }

    /** The types that a switch can name. Where there are others, it needs a default, which the dots say. */
    private String permitted(Class<?> type) {
        List<Class<?>> all = List.of(type.getPermittedSubclasses());
        List<String> names = new ArrayList<>();
        all.stream().filter(this::isVisible).map(PublicApi::name).sorted().forEach(names::add);
        if (names.size() < all.size()) {
            names.add("...");
        }
        return String.join(", ", names);
    }

    private static String field(Field field) {
        int modifiers = field.getModifiers();
        StringBuilder text = new StringBuilder(annotations(field));
        if (field.isEnumConstant()) {
            return text.append(field.getName()).toString();
        }
        text.append(Modifier.toString(modifiers & ~(Modifier.TRANSIENT | Modifier.VOLATILE)))
                .append(' ')
                .append(type(field.getAnnotatedType()))
                .append(' ')
                .append(field.getName());
        boolean inlined = field.getType().isPrimitive() || field.getType() == String.class;
        if (inlined && Modifier.isStatic(modifiers) && Modifier.isFinal(modifiers)) {
            text.append(" = ").append(value(constant(field)));
        }
        return text.toString();
    }

    private static Object constant(Field field) {
        try {
            field.setAccessible(true);
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static String constructor(Constructor<?> constructor) {
        return annotations(constructor)
                + Modifier.toString(constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED))
                + " "
                + generic(constructor)
                + constructor.getDeclaringClass().getSimpleName()
                + parameters(constructor);
    }

    private static String method(Method method) {
        Class<?> type = method.getDeclaringClass();
        int modifiers = method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC);
        if (!type.isInterface()) {
            modifiers |= method.getModifiers() & Modifier.ABSTRACT;
            // In a final class it says nothing.
            modifiers |= method.getModifiers() & ~type.getModifiers() & Modifier.FINAL;
        }
        return annotations(method)
                + Modifier.toString(modifiers)
                + (method.isDefault() ? " default " : " ")
                + generic(method)
                + type(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + parameters(method)
                + (method.getDefaultValue() == null ? "" : " default " + value(method.getDefaultValue()));
    }

    private static String generic(Executable executable) {
        String parameters = typeParameters(executable.getTypeParameters());
        return parameters.isEmpty() ? "" : parameters + " ";
    }

    private static String parameters(Executable executable) {
        List<String> types = new ArrayList<>();
        for (AnnotatedType parameter : parameterTypes(executable)) {
            types.add(type(parameter));
        }
        if (executable.isVarArgs()) {
            types.add(types.remove(types.size() - 1).replaceFirst("\\[]$", "..."));
        }
        String text = "(" + String.join(", ", types) + ")";
        if (executable.getExceptionTypes().length > 0) {
            text += Arrays.stream(executable.getAnnotatedExceptionTypes())
                    .map(PublicApi::type)
                    .sorted()
                    .collect(Collectors.joining(", ", " throws ", ""));
        }
        return text;
    }

    private static AnnotatedType[] parameterTypes(Executable executable) {
        RecordComponent[] components = executable.getDeclaringClass().getRecordComponents();
        if (components != null && executable instanceof Constructor<?> constructor) {
            Class<?>[] erased =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            // JDK 17 does not see the type arguments in a canonical constructor that a later javac made.
            if (Arrays.equals(erased, constructor.getParameterTypes())) {
                return Arrays.stream(components)
                        .map(RecordComponent::getAnnotatedType)
                        .toArray(AnnotatedType[]::new);
            }
        }
        return executable.getAnnotatedParameterTypes();
    }

    private static String typeParameters(TypeVariable<?>[] variables) {
        if (variables.length == 0) {
            return "";
        }
        return Arrays.stream(variables)
                .map(it -> annotations(it) + it.getName() + bounds(it))
                .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String bounds(TypeVariable<?> variable) {
        String bounds = Arrays.stream(variable.getAnnotatedBounds())
                .map(PublicApi::type)
                .collect(Collectors.joining(" & "));
        return bounds.equals("Object") ? "" : " extends " + bounds;
    }

    private static String type(AnnotatedType type) {
        if (type instanceof AnnotatedArrayType array) {
            String brackets = annotations(array);
            return type(array.getAnnotatedGenericComponentType()) + (brackets.isEmpty() ? "" : " " + brackets) + "[]";
        }
        if (type instanceof AnnotatedParameterizedType parameterized) {
            Type raw = ((ParameterizedType) parameterized.getType()).getRawType();
            return annotations(parameterized)
                    + name((Class<?>) raw)
                    + Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
                            .map(PublicApi::type)
                            .collect(Collectors.joining(", ", "<", ">"));
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            return annotations(wildcard) + wildcard(wildcard);
        }
        if (type instanceof AnnotatedTypeVariable variable) {
            return annotations(variable) + variable.getType().getTypeName();
        }
        return annotations(type) + name((Class<?>) type.getType());
    }

    private static String wildcard(AnnotatedWildcardType wildcard) {
        if (wildcard.getAnnotatedLowerBounds().length > 0) {
            return "? super " + type(wildcard.getAnnotatedLowerBounds()[0]);
        }
        AnnotatedType[] upper = wildcard.getAnnotatedUpperBounds();
        String bound = upper.length == 0 ? "Object" : type(upper[0]);
        return bound.equals("Object") ? "?" : "? extends " + bound;
    }

    /** The name as source has it, without the packages that everybody knows. */
    private static String name(Class<?> type) {
        String name = type.getCanonicalName() == null ? type.getName() : type.getCanonicalName();
        return name.replaceFirst(
                "^(java\\.lang|java\\.lang\\.annotation|org\\.jspecify\\.annotations)\\.(?=[A-Z])", "");
    }

    /** Written out here, because {@code Annotation.toString} is not the same on every JDK. */
    private static String annotations(AnnotatedElement element) {
        return Arrays.stream(element.getDeclaredAnnotations())
                .map(it -> annotation(it) + " ")
                .sorted()
                .collect(Collectors.joining());
    }

    private static String annotation(java.lang.annotation.Annotation annotation) {
        Class<?> type = annotation.annotationType();
        String values = Arrays.stream(type.getDeclaredMethods())
                .filter(it -> !value(get(it, annotation)).equals(value(it.getDefaultValue())))
                .map(it -> it.getName() + " = " + value(get(it, annotation)))
                .sorted()
                .collect(Collectors.joining(", "))
                .replaceFirst("^value = ([^=]*)$", "$1");
        return "@" + name(type) + (values.isEmpty() ? "" : "(" + values + ")");
    }

    private static Object get(Method method, Object of) {
        try {
            method.setAccessible(true);
            return method.invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static String value(Object value) {
        if (value instanceof String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
        }
        if (value instanceof Class<?> type) {
            return name(type) + ".class";
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof java.lang.annotation.Annotation annotation) {
            return annotation(annotation);
        }
        if (value != null && value.getClass().isArray()) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                values.add(value(Array.get(value, i)));
            }
            return "{" + String.join(", ", values) + "}";
        }
        return String.valueOf(value);
    }
}
