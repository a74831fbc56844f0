package dev.fermata.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RuleTest {
    @Test
    void a_message_says_what_is_wrong_where_and_why_then_the_remedy_then_where_to_read_more() {
        assertEquals(
                "com.acme.Shop.buy: it returns void: an @Async method must return Coroutine, CompletableFuture or"
                        + " CompletionStage, because its result arrives later. Declare it as Coroutine<T> and end it with"
                        + " return done(value). [fermata:async-return-type, see docs/rules.md#async-return-type]",
                Rule.ASYNC_RETURN_TYPE.messageAt("com.acme.Shop.buy", "it returns void"));
    }

    @Test
    void a_message_without_a_detail_goes_on_with_the_reason() {
        assertEquals(
                "com.acme.Shop: the class file is left over from an earlier compilation. Delete it, or make a clean build."
                        + " [fermata:class-left-over, see docs/rules.md#class-left-over]",
                Rule.CLASS_LEFT_OVER.messageAt("com.acme.Shop", ""));
    }

    @Test
    void a_message_is_one_line_whatever_was_found() {
        assertEquals(
                Rule.CLASS_CORRUPT.messageAt("a b", "it does not verify: Location: x"),
                Rule.CLASS_CORRUPT.messageAt("a\nb", "it does not verify:\r\n  Location:\n    x"));
    }
}
