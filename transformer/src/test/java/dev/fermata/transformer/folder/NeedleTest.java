package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NeedleTest {
    private static boolean isIn(String needle, String text) {
        return new Needle(needle).isIn(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void a_text_is_found_at_either_end_and_between() {
        assertTrue(isIn("Woven;", "Woven; and more"));
        assertTrue(isIn("Woven;", "more and Woven;"));
        assertTrue(isIn("Woven;", "\u00ff\u0080Woven;\u00ff"));
        assertTrue(isIn("Woven;", "WoWoven;"));
        assertTrue(isIn("Woven;", "Woven;"));
    }

    @Test
    void a_part_of_a_text_is_not_the_text() {
        assertFalse(isIn("Woven;", ""));
        assertFalse(isIn("Woven;", "oven;"));
        assertFalse(isIn("Woven;", "Woven"));
        assertFalse(isIn("Woven;", "WovenWoven Woven"));
    }

    @Test
    void it_finds_what_a_search_at_every_place_finds() {
        Random random = new Random(1);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            String text = letters(random, random.nextInt(40));
            String needle = letters(random, 1 + random.nextInt(5));
            assertEquals(text.contains(needle), isIn(needle, text), () -> needle + " in " + text);
            found += text.contains(needle) ? 1 : 0;
        }
        assertTrue(found > 1_000 && found < 19_000, "the texts show nothing: " + found);
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }
}
