package dev.fermata.tour;

import static dev.fermata.Asyncio.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The chat of the tour, over sockets of the system. */
@Timeout(60)
final class ChatTest {
    private final Console console = new Console();

    private List<String> seenBy(int column) {
        String indent = " ".repeat(26 * column);
        return console.lines().stream()
                .filter(it -> it.startsWith(indent) && !it.startsWith(indent + " "))
                .map(String::strip)
                .filter(it -> it.contains(":"))
                .toList();
    }

    @Test
    void everybody_sees_what_everybody_says_in_one_order() {
        run(new Chat(console.out).chat());
        for (int column = 0; column < 3; column++) {
            assertEquals(
                    List.of("ada: Who has my keys?", "bob: Not me.", "eve: The cat.", "ada: Goodbye!"), seenBy(column));
        }
        assertTrue(console.lines().contains("ada joins"), console.lines()::toString);
    }
}
