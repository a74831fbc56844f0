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
 * JSON as the library's reader and writer do it: what binds objects would take longer to load than a small project to weave.
 * It is written member by member, and read as maps in the order of their keys, lists, strings, ints and booleans.
 */
public final class Json {
    private Json() {}

    /** What is in an object. */
    public interface Content {
        /** Writes the members, one after the other, into the object that has been begun. */
        void writeTo(JsonWriter out) throws IOException;
    }

    /** An object as text, in one line and always the same. A member whose value is null is left out. */
    public static String write(Content content) {
        StringWriter text = new StringWriter();
        try (JsonWriter out = new JsonWriter(text)) {
            out.setSerializeNulls(false);
            out.beginObject();
            content.writeTo(out);
            out.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of a text in memory
        }
        return text.append('\n').toString();
    }

    /** Writes a member unless its value is what stands for none. */
    public static void writeUnless(int none, JsonWriter out, String name, int value) throws IOException {
        if (value != none) {
            out.name(name).value(value);
        }
    }

    /** Writes an array of strings. */
    public static void writeTexts(JsonWriter out, Iterable<String> texts) throws IOException {
        out.beginArray();
        for (String text : texts) {
            out.value(text);
        }
        out.endArray();
    }

    /** Writes an array of numbers. */
    public static void writeNumbers(JsonWriter out, Iterable<Integer> numbers) throws IOException {
        out.beginArray();
        for (int number : numbers) {
            out.value(number);
        }
        out.endArray();
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
