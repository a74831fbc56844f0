package dev.fermata.semantics;

import static dev.fermata.ExceptionGroup.on;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.ExceptionGroup;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@link ExceptionGroup}: taken apart, and handled by type. */
class ExceptionGroupsTest {
    private final IOException io = new IOException("io");
    private final IOException missing = new FileNotFoundException("missing");
    private final RuntimeException state = new IllegalStateException("state");
    private final RuntimeException argument = new IllegalArgumentException("argument");
    private final ExceptionGroup inner = new ExceptionGroup("inner", List.of(missing, argument));
    private final ExceptionGroup group = new ExceptionGroup("outer", List.of(io, inner, state));

    private final List<Object> log = new ArrayList<>();

    @Test
    void leaves_are_those_of_all_groups_in_order() {
        assertEquals(List.of(io, missing, argument, state), group.leaves());
    }

    @Test
    void subgroup_keeps_the_groups_around_what_matches() {
        group.initCause(new Exception("cause"));
        ExceptionGroup some = group.subgroup(IOException.class).orElseThrow();
        assertEquals(List.of(io, missing), some.leaves());
        ExceptionGroup kept = (ExceptionGroup) some.exceptions().get(1);
        assertEquals("inner (1 exception: FileNotFoundException: missing)", kept.getMessage());
        assertSame(group.getCause(), some.getCause());
        assertArrayEquals(group.getStackTrace(), some.getStackTrace());
        assertTrue(some.getMessage().startsWith("outer (2 exceptions: "), some.getMessage());
    }

    @Test
    void subgroup_of_all_is_the_group_and_of_none_is_empty() {
        assertSame(group, group.subgroup(Exception.class).orElseThrow());
        assertEquals(Optional.empty(), group.subgroup(InterruptedException.class));
    }

    @Test
    void split_asks_once_and_returns_both_parts() {
        ExceptionGroup.Split split = group.split(it -> {
            log.add(it);
            return it == state || it == missing;
        });
        assertEquals(group.leaves(), log);
        assertEquals(List.of(missing, state), split.matching().orElseThrow().leaves());
        assertEquals(List.of(io, argument), split.rest().orElseThrow().leaves());
        assertEquals(Optional.empty(), group.split(Exception.class).rest());
        assertSame(group, group.split(InterruptedException.class).rest().orElseThrow());
    }

    @Test
    void handlers_get_what_is_theirs_once_and_the_rest_is_thrown() {
        ExceptionGroup rest = assertThrows(
                ExceptionGroup.class,
                () -> group.handle(
                        on(FileNotFoundException.class, log::add),
                        on(IOException.class, log::add),
                        on(IOException.class, log::add),
                        on(IllegalStateException.class, log::add)));
        assertEquals(List.of(List.of(missing), List.of(io), List.of(state)), log);
        assertEquals(List.of(argument), rest.leaves());
    }

    @Test
    void what_is_handled_is_not_thrown() {
        group.handle(on(Exception.class, log::add));
        assertEquals(List.of(List.of(io, missing, argument, state)), log);
    }

    @Test
    void what_handlers_throw_is_thrown_with_the_rest() {
        RuntimeException failure = new RuntimeException("in a handler");
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> group.handle(
                        on(IOException.class, these -> {
                            throw failure;
                        }),
                        on(IllegalStateException.class, log::add)));
        assertEquals(List.of(failure, argument), thrown.leaves());
        assertEquals(List.of(List.of(state)), log);
        assertSame(
                failure,
                assertThrows(
                                ExceptionGroup.class,
                                () -> group.handle(on(Exception.class, these -> {
                                    throw failure;
                                })))
                        .exceptions()
                        .get(0));
    }

    @Test
    void an_error_of_a_handler_is_thrown_with_all_else_suppressed_once_the_others_were_called() {
        RuntimeException failure = new RuntimeException("in a handler");
        AssertionError error = new AssertionError("in another");
        assertSame(
                error,
                assertThrows(
                        AssertionError.class,
                        () -> group.handle(
                                on(IOException.class, these -> {
                                    throw error;
                                }),
                                on(IllegalStateException.class, these -> {
                                    log.add(these);
                                    throw failure;
                                }))));
        assertEquals(List.of(List.of(state)), log);
        assertEquals(failure, error.getSuppressed()[0]);
        assertEquals(List.of(argument), ((ExceptionGroup) error.getSuppressed()[1]).leaves());
    }

    @Test
    void handler_of_groups_would_never_be_called() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> on(ExceptionGroup.class, log::add))
                .getMessage()
                .contains("Exception for all"));
    }

    @Test
    void what_was_suppressed_in_the_group_stays_so_in_its_parts() {
        IOException closing = new IOException("close");
        group.addSuppressed(closing);
        ExceptionGroup rest = assertThrows(ExceptionGroup.class, () -> group.handle(on(IOException.class, log::add)));
        assertTrue(List.of(rest.getSuppressed()).contains(closing));
    }
}
