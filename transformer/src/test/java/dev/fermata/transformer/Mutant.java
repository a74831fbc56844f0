package dev.fermata.transformer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A nest with one damaged class file. All of it follows from its seed.
 *
 * @param seed to make it again
 * @param damage what was done to which class
 * @param classes the nest, by internal name as its files are called
 */
record Mutant(long seed, String damage, Map<String, byte[]> classes) {
    private enum Kind {
        BIT,
        BYTES,
        CUT,
        INSERTED,
        REMOVED,
        ZEROED,
        CONSTANTS_SWAPPED,
        CONSTANT_TAG,
        CONSTANT_TEXT,
        LENGTH,
        COUNT,
        INDEX,
        CODE,
        CODE_INDEX,
        FRAMES
    }

    static Mutant of(long seed, List<Map<String, byte[]>> nests) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Map<String, byte[]> nest = new TreeMap<>(nests.get(random.nextInt(nests.size())));
        List<String> names = new ArrayList<>(nest.keySet());
        String name = names.get(random.nextInt(3) > 0 ? 0 : random.nextInt(names.size()));
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        byte[] damaged = nest.get(name);
        for (int times = 1 + random.nextInt(10) / 8; times > 0; times--) {
            damaged = damaged(damaged, kind, random);
        }
        nest.put(name, damaged);
        return new Mutant(seed, kind + " of " + name, nest);
    }

    private static byte[] damaged(byte[] bytes, Kind kind, Random random) {
        Layout layout;
        try {
            layout = Layout.of(bytes);
        } catch (RuntimeException e) {
            layout = Layout.none(); // of what is damaged already
        }
        byte[] changed = bytes.clone();
        int at = random.nextInt(Math.max(1, bytes.length - 4));
        switch (kind) {
            case BIT -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case BYTES -> {
                for (int i = 0; i <= random.nextInt(4) && at + i < changed.length; i++) {
                    changed[at + i] = (byte) random.nextInt(256);
                }
            }
            case CUT -> changed = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case INSERTED -> changed = spliced(bytes, at, 0, 1 + random.nextInt(4));
            case REMOVED -> changed = spliced(bytes, at, 1 + random.nextInt(4), 0);
            case ZEROED -> Arrays.fill(changed, at, Math.min(bytes.length, at + 1 + random.nextInt(16)), (byte) 0);
            case CONSTANTS_SWAPPED -> changed = swapped(bytes, layout.constants, random);
            case CONSTANT_TAG -> set(changed, pick(layout.constants, random), 1 + random.nextInt(20), 1);
            case CONSTANT_TEXT -> {
                int text = pick(layout.texts, random);
                int length = unsignedShort(bytes, text + 1);
                if (length > 0) {
                    changed[text + 3 + random.nextInt(length)] =
                            (byte) "()/;[LVIa.\0\u00ff<".charAt(random.nextInt(13));
                }
            }
            case LENGTH -> {
                int length = pick(layout.lengths, random);
                int[] values = {0, 1, 0x7fffffff, -1, 2 * bytes.length, random.nextInt(200)};
                set(changed, length, values[random.nextInt(values.length)], 4);
            }
            case COUNT -> set(changed, pick(layout.counts, random), random.nextInt(6) * random.nextInt(13_000), 2);
            case INDEX -> set(changed, pick(layout.indices, random), random.nextInt(layout.constants.size() + 20), 2);
            case CODE -> changed[pick(layout.code, random)] = (byte) random.nextInt(256);
            case CODE_INDEX -> set(changed, pick(layout.code, random), random.nextInt(layout.constants.size() + 20), 2);
            case FRAMES ->
                changed[pick(layout.frames, random)] = (byte) random.nextInt(random.nextBoolean() ? 10 : 256);
        }
        return changed;
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, int inserted) {
        ByteBuffer spliced = ByteBuffer.allocate(bytes.length - Math.min(removed, bytes.length - at) + inserted);
        spliced.put(bytes, 0, at).put(new byte[inserted]);
        return spliced.put(bytes, bytes.length - spliced.remaining(), spliced.remaining())
                .array();
    }

    private static byte[] swapped(byte[] bytes, List<Integer> constants, Random random) {
        if (constants.size() < 3) {
            return bytes;
        }
        List<Integer> ends = new ArrayList<>(constants.subList(0, constants.size() - 1));
        Collections.shuffle(ends, random);
        int one = constants.indexOf(Math.min(ends.get(0), ends.get(1)));
        int other = constants.indexOf(Math.max(ends.get(0), ends.get(1)));
        ByteBuffer swapped = ByteBuffer.allocate(bytes.length);
        int[] cuts = {
            0, constants.get(one), constants.get(one + 1), constants.get(other), constants.get(other + 1), bytes.length
        };
        for (int piece : new int[] {0, 3, 2, 1, 4}) {
            swapped.put(bytes, cuts[piece], cuts[piece + 1] - cuts[piece]);
        }
        return swapped.array();
    }

    private static int pick(List<Integer> places, Random random) {
        return places.isEmpty() ? 0 : places.get(random.nextInt(places.size()));
    }

    private static void set(byte[] bytes, int at, int value, int size) {
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >> 8 * (size - 1 - i));
        }
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return at + 1 < bytes.length ? (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff : 0;
    }

    /** Where in a class file what lies. */
    private record Layout(
            List<Integer> constants,
            List<Integer> texts,
            List<Integer> lengths,
            List<Integer> counts,
            List<Integer> indices,
            List<Integer> code,
            List<Integer> frames) {
        static Layout none() {
            return new Layout(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }

        static Layout of(byte[] bytes) {
            Layout layout = none();
            ByteBuffer in = ByteBuffer.wrap(bytes);
            layout.counts.add(8);
            in.position(8);
            int count = in.getShort() & 0xffff;
            List<String> names = new ArrayList<>(Collections.nCopies(count, ""));
            for (int i = 1; i < count; i++) {
                layout.constants.add(in.position());
                int tag = in.get();
                switch (tag) {
                    case 1 -> {
                        layout.texts.add(in.position() - 1);
                        byte[] text = new byte[in.getShort() & 0xffff];
                        in.get(text);
                        names.set(i, new String(text, java.nio.charset.StandardCharsets.UTF_8));
                    }
                    case 5, 6 -> {
                        in.getLong();
                        i++;
                    }
                    case 7, 8, 16, 19, 20 -> layout.index(in);
                    case 15 -> {
                        in.get();
                        layout.index(in);
                    }
                    case 3, 4 -> in.getInt();
                    default -> {
                        layout.index(in);
                        layout.index(in);
                    }
                }
            }
            layout.constants.add(in.position());
            for (int i = 0; i < 3; i++) {
                layout.index(in); // access, this, super
            }
            for (int interfaces = layout.count(in); interfaces > 0; interfaces--) {
                layout.index(in);
            }
            for (int kind = 0; kind < 2; kind++) {
                for (int members = layout.count(in); members > 0; members--) {
                    for (int i = 0; i < 3; i++) {
                        layout.index(in);
                    }
                    layout.attributes(in, names);
                }
            }
            layout.attributes(in, names);
            return layout;
        }

        private void index(ByteBuffer in) {
            indices.add(in.position());
            in.getShort();
        }

        private int count(ByteBuffer in) {
            counts.add(in.position());
            return in.getShort() & 0xffff;
        }

        private void attributes(ByteBuffer in, List<String> names) {
            for (int left = count(in); left > 0; left--) {
                indices.add(in.position());
                String name = names.get(in.getShort());
                lengths.add(in.position());
                int end = in.getInt() + in.position();
                if (name.equals("Code")) {
                    counts.add(in.position());
                    counts.add(in.position() + 2);
                    in.getInt();
                    lengths.add(in.position());
                    for (int code_left = in.getInt(); code_left > 0; code_left--) {
                        code.add(in.position());
                        in.get();
                    }
                    for (int ranges = count(in); ranges > 0; ranges--) {
                        for (int i = 0; i < 4; i++) {
                            index(in);
                        }
                    }
                    attributes(in, names);
                } else {
                    while (in.position() < end) {
                        (name.equals("StackMapTable") ? frames : counts).add(in.position());
                        in.get();
                    }
                }
                in.position(end);
            }
        }
    }
}
