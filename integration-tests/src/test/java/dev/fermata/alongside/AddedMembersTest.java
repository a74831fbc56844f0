package dev.fermata.alongside;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** What weaving adds to a class stays out of the way of those that look at it. */
@SuppressWarnings("serial") // the default serialVersionUID is what this is about
class AddedMembersTest {
    /** A bean with async methods whose names look like those of properties. */
    public static class Order implements Serializable {
        private String item = "";
        private int count;
        private List<String> notes = new ArrayList<>();

        public String getItem() {
            return item;
        }

        public void setItem(String item) {
            this.item = item;
        }

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }

        public List<String> getNotes() {
            return notes;
        }

        public void setNotes(List<String> notes) {
            this.notes = notes;
        }

        @Async
        public Coroutine<Integer> total(int price) {
            await(sleep(Duration.ZERO));
            return done(count * price);
        }

        /** Not a setter, and no overload of it may become one: a body takes one parameter more than its method. */
        @Async
        public Coroutine<Void> settle() {
            notes.add(item + " for " + await(total(2)));
            await(sleep(Duration.ZERO));
            notes.add("settled");
            return done();
        }

        @Async
        Coroutine<Void> setCount() {
            await(sleep(Duration.ZERO));
            count = 1;
            return done();
        }

        @Async
        private Coroutine<String> getSecret(String prefix) {
            await(sleep(Duration.ZERO));
            return done(prefix + item);
        }

        @Async
        Coroutine<String> secret() {
            return getSecret("secret ");
        }
    }

    /** A record, which is serialised by its components. */
    public record Line(String item, int count) implements Serializable {
        @Async
        public Coroutine<Line> doubled() {
            await(sleep(Duration.ZERO));
            return done(new Line(item, 2 * count));
        }

        @Async
        static Coroutine<Line> of(String item) {
            return done(new Line(item, await(one())));
        }

        @Async
        private static Coroutine<Integer> one() {
            await(sleep(Duration.ZERO));
            return done(1);
        }
    }

    /** An enum, one of whose constants has a body. */
    public enum Size {
        SMALL,
        LARGE {
            @Override
            @Async
            public Coroutine<Integer> price() {
                await(sleep(Duration.ZERO));
                return done(2 * await(super.price()));
            }
        };

        @Async
        public Coroutine<Integer> price() {
            await(sleep(Duration.ZERO));
            return done(5);
        }
    }

    /** An interface, whose private methods are nobody's business. */
    public interface Shop {
        @Async
        default Coroutine<Integer> open() {
            await(sleep(Duration.ZERO));
            return done(await(Shop.staff()) + await(hours()));
        }

        @Async
        static Coroutine<Integer> staff() {
            await(sleep(Duration.ZERO));
            return done(1);
        }

        @Async
        private Coroutine<Integer> hours() {
            await(sleep(Duration.ZERO));
            return done(8);
        }
    }

    /** Has what a default serialVersionUID is made of: a static initialiser, fields, constructors, methods of all sorts. */
    static class Account implements Serializable, Comparable<Account> {
        private static final List<String> NAMES = new ArrayList<>(List.of("one"));

        protected transient int cached;
        private final String name;

        protected Account(String name) {
            this.name = name;
        }

        Account() {
            this(NAMES.get(0));
        }

        @Async
        protected Coroutine<String> load(long id, double... rates) {
            await(sleep(Duration.ZERO));
            Supplier<Coroutine<String>> lambda = () -> done(name + await(number()));
            return done(id + await(lambda.get()) + rates.length);
        }

        @Async
        static Coroutine<Integer> number() {
            await(sleep(Duration.ZERO));
            return done(7);
        }

        @Override
        public int compareTo(Account other) {
            return name.compareTo(other.name);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Order.class, Line.class, Size.class, Shop.class, Account.class, Till.class})
    void members_that_are_not_private_are_those_of_the_source(Class<?> woven) {
        Class<?> original = Originals.of(woven);
        assertNotEquals(original, woven);
        assertEquals(accessible(original), accessible(woven));
        assertEquals(strings(original.getMethods()), strings(woven.getMethods()));
        assertEquals(strings(original.getDeclaredFields()), strings(woven.getDeclaredFields()));
        assertEquals(original.toGenericString(), woven.toGenericString());
        assertEquals(strings(original.getDeclaredClasses()), strings(woven.getDeclaredClasses()));
    }

    @ParameterizedTest
    @ValueSource(classes = {Order.class, Line.class, Size.class, Shop.class, Account.class, Till.class})
    void members_that_were_added_are_private_and_have_no_annotations(Class<?> woven) {
        Set<String> before = strings(Originals.of(woven).getDeclaredMethods());
        List<Executable> added = Stream.<Executable>of(woven.getDeclaredMethods())
                .filter(it -> !before.contains(it.toGenericString()))
                .toList();
        assertTrue(!added.isEmpty(), "nothing was added, so this shows nothing");
        for (Executable member : added) {
            assertTrue(Modifier.isPrivate(member.getModifiers()), member.toString());
            assertEquals(0, member.getAnnotations().length, member.toString());
        }
    }

    private static Set<String> accessible(Class<?> type) {
        return strings(Stream.of(type.getDeclaredMethods(), type.getDeclaredConstructors(), type.getDeclaredFields())
                .flatMap(Arrays::stream)
                .filter(it -> !Modifier.isPrivate(
                        it instanceof Executable member ? member.getModifiers() : ((Field) it).getModifiers()))
                .toArray());
    }

    private static Set<String> strings(Object[] members) {
        Set<String> strings = new TreeSet<>();
        for (Object member : members) {
            strings.add(member instanceof Executable it ? it.toGenericString() : member.toString());
        }
        return strings;
    }

    @Test
    void default_serial_version_uid_is_that_of_the_source() {
        for (Class<?> woven : List.of(Order.class, Account.class)) {
            long original = ObjectStreamClass.lookup(Originals.of(woven)).getSerialVersionUID();
            assertEquals(original, ObjectStreamClass.lookup(woven).getSerialVersionUID(), woven.getName());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T serialised(T object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    @Test
    void objects_are_serialised_and_go_on_to_work() throws Exception {
        Order order = new Order();
        order.setItem("tea");
        order.setCount(3);
        run(order::settle);
        Order copy = serialised(order);
        assertEquals(List.of("tea for 6", "settled"), copy.getNotes());
        assertEquals(30, run(copy.total(10)));
        assertEquals(new Line("tea", 2), run(serialised(new Line("tea", 1)).doubled()));
        assertEquals(10, run(serialised(Size.LARGE).price()));
        assertEquals("1one72", run(serialised(new Account()).load(1, 2, 3)));
    }

    private interface Later extends Supplier<Coroutine<String>>, Serializable {}

    @Test
    void serialisable_lambda_that_awaits_is_serialised() throws Exception {
        String text = "later";
        Later later = () -> {
            await(sleep(Duration.ZERO));
            return done(text);
        };
        assertEquals("later", run(serialised(later).get()));
    }

    @Test
    void jackson_sees_the_properties_of_the_source_only() {
        JsonMapper json = JsonMapper.builder().build();
        Order order = new Order();
        order.setItem("tea");
        order.setCount(3);
        run(order::settle);
        String text = json.writeValueAsString(order);
        assertEquals("{\"count\":3,\"item\":\"tea\",\"notes\":[\"tea for 6\",\"settled\"]}", text);
        Order read = json.readValue(text, Order.class);
        assertEquals(text, json.writeValueAsString(read));
        assertEquals("secret tea", run(read.secret()));
    }

    @Test
    void jackson_reads_and_writes_records_and_enums() {
        JsonMapper json = JsonMapper.builder().build();
        String text = json.writeValueAsString(new Line("tea", 2));
        assertEquals("{\"item\":\"tea\",\"count\":2}", text);
        assertEquals(new Line("tea", 4), run(json.readValue(text, Line.class).doubled()));
        assertEquals("\"LARGE\"", json.writeValueAsString(Size.LARGE));
        assertEquals(Size.LARGE, json.readValue("\"LARGE\"", Size.class));
    }

    /** Jackson sets private setters, too. */
    @ParameterizedTest
    @ValueSource(strings = {"tle", "secret", "count$async", "tle$async"})
    void jackson_finds_no_setter_in_what_was_added(String property) {
        JsonMapper json = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        UnrecognizedPropertyException e = assertThrows(
                UnrecognizedPropertyException.class, () -> json.readValue("{\"" + property + "\":null}", Order.class));
        assertEquals(Set.of("item", "count", "notes"), Set.copyOf(e.getKnownPropertyIds()));
    }

    @Test
    void bean_properties_are_those_of_the_source() throws IntrospectionException {
        assertEquals(
                List.of("class", "count", "item", "notes"),
                Arrays.stream(Introspector.getBeanInfo(Order.class).getPropertyDescriptors())
                        .map(it -> it.getName())
                        .toList());
    }
}
