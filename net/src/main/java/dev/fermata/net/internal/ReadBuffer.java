package dev.fermata.net.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What has arrived and was not read yet. It has no array while it is empty, so a connection that waits takes no memory for
 * it. On the loop's thread.
 */
public final class ReadBuffer {
    private static final byte[] NONE = new byte[0];

    private byte[] bytes = NONE;
    private int start;
    private int end;

    /** How many bytes there are. */
    public int size() {
        return end - start;
    }

    /** Adds what {@code from} has. */
    public void add(ByteBuffer from) {
        int added = from.remaining();
        if (end + added > bytes.length) {
            makeRoom(added);
        }
        from.get(bytes, end, added);
        end += added;
    }

    private void makeRoom(int added) {
        int size = size();
        int needed = Math.addExact(size, added);
        byte[] room =
                needed <= bytes.length ? bytes : new byte[size == 0 ? needed : Math.max(needed, size + (size >> 1))];
        System.arraycopy(bytes, start, room, 0, size);
        bytes = room;
        start = 0;
        end = size;
    }

    /** Removes the first {@code count} bytes and returns them. Copies nothing if that is all that has come at once. */
    public byte[] take(int count) {
        if (start == 0 && count == bytes.length) {
            byte[] all = bytes;
            skip(count);
            return all;
        }
        byte[] taken = Arrays.copyOfRange(bytes, start, start + count);
        skip(count);
        return taken;
    }

    /** Removes as many bytes as fit into {@code into}. */
    public int takeInto(ByteBuffer into) {
        int count = Math.min(size(), into.remaining());
        into.put(bytes, start, count);
        skip(count);
        return count;
    }

    /** Removes the first {@code count} bytes and returns them as text. */
    public String takeText(int count, java.nio.charset.Charset charset) {
        String text = new String(bytes, start, count, charset);
        skip(count);
        return text;
    }

    /** Returns a view of what there is, valid until something is added or removed. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, start, size());
    }

    /** Removes the first {@code count} bytes. */
    public void skip(int count) {
        start += count;
        if (start == end) {
            bytes = NONE;
            start = 0;
            end = 0;
        }
    }

    /** Returns the byte at an index from the first one. */
    public byte at(int index) {
        return bytes[start + index];
    }

    /**
     * Returns how many bytes there are up to the first {@code separator}, or -1.
     *
     * @param from from which index on to look
     */
    public int indexOf(byte[] separator, int from) {
        byte first = separator[0];
        int last = size() - separator.length;
        for (int i = from; i <= last; i++) {
            if (bytes[start + i] == first && matches(separator, i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean matches(byte[] separator, int at) {
        return Arrays.equals(bytes, start + at, start + at + separator.length, separator, 0, separator.length);
    }
}
