package dev.fermata.testing.net;

import java.nio.ByteBuffer;

/** Bytes, first in, first out. On the loop's thread. */
final class ByteQueue {
    private byte[] bytes = Packet.NOTHING;
    private int head;
    private int size;

    int size() {
        return size;
    }

    void add(byte[] from, int offset, int length) {
        makeRoom(length);
        System.arraycopy(from, offset, bytes, head + size, length);
        size += length;
    }

    void add(ByteBuffer from, int length) {
        makeRoom(length);
        from.get(bytes, head + size, length);
        size += length;
    }

    private void makeRoom(int length) {
        if (head + size + length <= bytes.length) {
            return;
        }
        byte[] moved = size + length <= bytes.length ? bytes : new byte[Math.max(256, 2 * (size + length))];
        System.arraycopy(bytes, head, moved, 0, size);
        bytes = moved;
        head = 0;
    }

    byte[] copy(int offset, int length) {
        byte[] copy = new byte[length];
        System.arraycopy(bytes, head + offset, copy, 0, length);
        return copy;
    }

    /** Moves as many bytes as {@code into} has room for. Returns how many. */
    int take(ByteBuffer into) {
        int count = Math.min(size, into.remaining());
        into.put(bytes, head, count);
        skip(count);
        return count;
    }

    void skip(int count) {
        size -= count;
        head = size == 0 ? 0 : head + count;
    }

    void clear() {
        bytes = Packet.NOTHING;
        head = 0;
        size = 0;
    }
}
