package dev.fermata.transformer.folder;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON as maps in the order of their keys, lists, strings, ints and booleans, which is all that reports need. Only the
 * reader and writer of the library are used: what binds objects would take longer to load than a small project to weave.
 */
public final class Json {
    private Json() {}

    /** An object as text, in one line and always the same. */
    public static String write(Map<String, ?> object) {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            write(writer, object);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of a text in memory
        }
        return text.append('\n').toString();
    }

    private static void write(JsonWriter writer, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            writer.beginObject();
            for (Map.Entry<?, ?> entry : object.entrySet()) {
                writer.name((String) entry.getKey());
                write(writer, entry.getValue());
            }
            writer.endObject();
        } else if (value instanceof List<?> list) {
            writer.beginArray();
            for (Object each : list) {
                write(writer, each);
            }
            writer.endArray();
        } else if (value instanceof Integer number) {
            writer.value(number);
        } else if (value instanceof Boolean flag) {
            writer.value(flag);
        } else {
            writer.value((String) value);
        }
    }

    /**
     * Reads an object up to one of its members.
     *
     * @param last the name of the first member that is not read; nothing behind it is looked at
     * @throws IllegalArgumentException if the text is something else
     */
    static View readBefore(String text, String last) {
        return read(text, last);
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    static View read(String text) {
        return read(text, null);
    }

    private static View read(String text, @Nullable String last) {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (name.equals(last)) {
                    return new View(members);
                }
                members.put(name, value(reader));
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new IllegalArgumentException("something follows");
            }
            return new View(members);
        } catch (MalformedJsonException | NumberFormatException | IllegalStateException e) {
            throw new IllegalArgumentException("it is no JSON as it should be: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("it ends too early", e); // there is no other failure of a text in memory
        }
    }

    private static @Nullable Object value(JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                reader.beginObject();
                while (reader.hasNext()) {
                    object.put(reader.nextName(), value(reader));
                }
                reader.endObject();
                yield object;
            }
            case BEGIN_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                reader.beginArray();
                while (reader.hasNext()) {
                    list.add(value(reader));
                }
                reader.endArray();
                yield list;
            }
            case NUMBER -> reader.nextInt();
            case BOOLEAN -> reader.nextBoolean();
            case NULL -> {
                reader.nextNull();
                yield null;
            }
            default -> reader.nextString();
        };
    }

    /** Collects the members of an object that is to be written, in their order. What is absent is left out. */
    public static final class Members {
        private final Map<String, Object> members = new LinkedHashMap<>();

        /** Adds a member unless it is null. */
        public Members with(String name, @Nullable Object value) {
            if (value != null) {
                members.put(name, value);
            }
            return this;
        }

        /** Adds the elements of a list. */
        public <T> Members with(String name, List<T> elements, Function<T, ?> write) {
            return with(name, elements.stream().map(write).toList());
        }

        /** Adds a number unless it is what stands for none. */
        public Members unless(int none, String name, int value) {
            return with(name, value == none ? null : value);
        }

        /** The object. */
        public Map<String, Object> map() {
            return members;
        }
    }

    /** An object that was read; each question fails where the member is missing or something else. */
    record View(Map<String, ?> members) {
        @Nullable
        String textOrNull(String name) {
            return members.containsKey(name) ? as(String.class, name) : null;
        }

        String text(String name) {
            return as(String.class, name);
        }

        int number(String name) {
            return as(Integer.class, name);
        }

        int numberOr(String name, int none) {
            return members.containsKey(name) ? number(name) : none;
        }

        boolean flag(String name) {
            return as(Boolean.class, name);
        }

        View object(String name) {
            return view(members.get(name), name);
        }

        @Nullable
        View objectOrNull(String name) {
            return members.get(name) == null ? null : object(name);
        }

        <T> List<T> list(String name, Function<View, T> read) {
            return elements(name).stream().map(it -> read.apply(view(it, name))).toList();
        }

        List<?> elements(String name) {
            return as(List.class, name);
        }

        private <T> T as(Class<T> type, String name) {
            return cast(type, members.get(name), name);
        }

        static View view(@Nullable Object value, String name) {
            Map<?, ?> object = cast(Map.class, value, name);
            Map<String, @Nullable Object> checked = new LinkedHashMap<>();
            object.forEach((key, member) -> checked.put(String.valueOf(key), member));
            return new View(checked);
        }

        static <T> T cast(Class<T> type, @Nullable Object value, String name) {
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException(name + " is missing or wrong");
            }
            return type.cast(value);
        }
    }
}
