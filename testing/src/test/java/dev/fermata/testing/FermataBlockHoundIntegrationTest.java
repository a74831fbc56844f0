package dev.fermata.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.testing.FermataBlockHoundIntegration.Inside;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** BlockHound ignores a name that does not exist, so a renamed method would no longer be allowed to block. */
class FermataBlockHoundIntegrationTest {
    @Test
    void every_method_that_it_names_exists() {
        List<Inside> missing = Stream.of(
                        FermataBlockHoundIntegration.ALLOWED,
                        FermataBlockHoundIntegration.DISALLOWED,
                        List.of(FermataBlockHoundIntegration.ITERATION))
                .flatMap(List::stream)
                .filter(it -> !exists(it))
                .toList();
        assertEquals(List.of(), missing);
    }

    private static boolean exists(Inside inside) {
        try {
            Class<?> type = Class.forName(inside.type(), false, FermataBlockHoundIntegration.class.getClassLoader());
            return Stream.of(type.getDeclaredMethods()).map(Method::getName).anyMatch(inside.method()::equals);
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
