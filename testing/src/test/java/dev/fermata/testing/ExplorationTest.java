package dev.fermata.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** Which runs there are. */
class ExplorationTest {
    private static Exploration exploring(int schedules, boolean cancels, Map<String, String> properties) {
        return new Exploration(schedules, 100, new Exploration.Cancels(cancels, false, false), properties::get);
    }

    private static Exploration exploringAllOrders(int schedules) {
        return new Exploration(schedules, 100, new Exploration.Cancels(false, false, true), it -> null);
    }

    /** The names of the runs, if each has so many awaits and all pass. */
    private static List<String> runs(Exploration exploration, int parks) {
        List<String> names = new ArrayList<>();
        while (exploration.hasNext()) {
            names.add(exploration.next().describe());
            exploration.ended(false, parks);
        }
        return names;
    }

    @Test
    void own_order_then_seeds_then_a_cancel_at_each_await() {
        assertEquals(
                List.of("the loop's own order", "seed 100", "seed 101", "cancel at await 1", "cancel at await 2"),
                runs(exploring(2, true, Map.of()), 2));
    }

    @Test
    void without_awaits_there_is_nothing_to_cancel() {
        assertEquals(List.of("the loop's own order", "seed 100"), runs(exploring(1, true, Map.of()), 0));
    }

    @Test
    void without_schedules_the_own_order_is_left() {
        assertEquals(List.of("the loop's own order"), runs(exploring(0, false, Map.of()), 5));
    }

    @Test
    void only_the_awaits_of_the_own_order_count() {
        Exploration exploration = exploring(1, true, Map.of());
        exploration.next();
        exploration.ended(false, 1);
        exploration.next();
        exploration.ended(false, 7);
        assertEquals("cancel at await 1", exploration.next().describe());
        exploration.ended(false, 1);
        assertFalse(exploration.hasNext());
    }

    @Test
    void a_run_with_less_awaits_than_there_are_cancels_is_the_last() {
        Exploration exploration = exploring(0, true, Map.of());
        exploration.next();
        exploration.ended(false, 10);
        exploration.next();
        exploration.ended(false, 10);
        exploration.next();
        exploration.ended(false, 1);
        assertFalse(exploration.hasNext());
    }

    @Test
    void in_all_orders_the_cancels_of_each_come_behind_it() {
        assertEquals(
                List.of(
                        "the loop's own order",
                        "cancel at await 1",
                        "cancel at await 2",
                        "seed 100",
                        "seed 100, cancel at await 1",
                        "seed 100, cancel at await 2"),
                runs(exploringAllOrders(1), 2));
        assertEquals(List.of("the loop's own order", "seed 100"), runs(exploringAllOrders(1), 0));
    }

    @Test
    void each_order_has_its_own_number_of_awaits() {
        Exploration exploration = exploringAllOrders(2);
        List<String> names = new ArrayList<>();
        for (int parks : List.of(1, 1, 2, 2, 1, 0)) { // the first seed's second cancel comes too late
            names.add(exploration.next().describe());
            exploration.ended(false, parks);
        }
        assertFalse(exploration.hasNext());
        assertEquals(
                List.of(
                        "the loop's own order",
                        "cancel at await 1",
                        "seed 100",
                        "seed 100, cancel at await 1",
                        "seed 100, cancel at await 2",
                        "seed 101"),
                names);
    }

    @Test
    void a_failure_ends_it() {
        Exploration exploration = exploring(5, true, Map.of());
        exploration.next();
        assertFalse(exploration.hasNext(), "while a run goes on nobody knows");
        exploration.ended(true, 1);
        assertFalse(exploration.hasNext());
        assertThrows(NoSuchElementException.class, exploration::next);
    }

    @Test
    void one_that_is_asked_for_is_the_only_one() {
        assertEquals(List.of("seed -7"), runs(exploring(5, true, Map.of("fermata.seed", "-7")), 9));
        assertEquals(List.of("cancel at await 3"), runs(exploring(5, false, Map.of("fermata.cancel", " 3 ")), 9));
        assertEquals(
                List.of("seed 1, cancel at await 2"),
                runs(exploring(5, false, Map.of("fermata.seed", "1", "fermata.cancel", "2")), 9));
    }

    @Test
    void its_properties_say_it_again() {
        assertEquals("-Dfermata.seed=1 -Dfermata.cancel=2", new Schedule(1L, 2).properties());
        assertEquals("-Dfermata.seed=1", new Schedule(1L, 0).properties());
        assertEquals("-Dfermata.cancel=2", new Schedule(null, 2).properties());
    }

    @Test
    void more_schedules_can_be_asked_for() {
        assertEquals(
                4,
                runs(exploring(1, false, Map.of("fermata.schedules", "3")), 9).size());
    }

    @Test
    void what_makes_no_sense_is_refused() {
        for (Map<String, String> properties : List.of(
                Map.of("fermata.seed", "x"),
                Map.of("fermata.cancel", "0"),
                Map.of("fermata.cancel", "3000000000"),
                Map.of("fermata.schedules", "-1"))) {
            RuntimeException refused =
                    assertThrows(RuntimeException.class, () -> exploring(1, false, properties), properties::toString);
            assertTrue(refused.getMessage() != null, properties::toString);
        }
        assertThrows(IllegalArgumentException.class, () -> exploring(-1, false, Map.of()));
    }

    @Test
    void a_seed_always_draws_the_same_and_neighbours_do_not() {
        assertEquals(drawn(17), drawn(17));
        List<List<Integer>> all = new ArrayList<>();
        for (long seed = 0; seed < 64; seed++) {
            all.add(drawn(seed));
        }
        for (int first = -1; first < 4; first++) {
            int wanted = first;
            long times = all.stream().filter(it -> it.get(0) == wanted).count();
            assertTrue(times > 3, first + " is drawn first by " + times + " of 64 seeds");
        }
        assertEquals(64, all.stream().distinct().count());
    }

    /** Known values: a seed in a message must mean the same in every JVM and every later version. */
    @Test
    void what_a_seed_means_does_not_change() {
        assertEquals(List.of(0, 0, -1, 0, 3, 2, -1, 1, 2, -1, -1, 2, 1, 1, 1, 2, 3, 2, 0, 1), drawn(17));
    }

    private static List<Integer> drawn(long seed) {
        SchedulePlayer player = new SchedulePlayer(new Schedule(seed, 0), false);
        List<Integer> drawn = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            drawn.add(player.next(4));
        }
        return drawn;
    }
}
