package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassNameFilterTest {
    @ParameterizedTest
    @CsvSource({
        "com.acme.**, com/acme/Shop, true",
        "com.acme.**, com/acme/deep/Shop, true",
        "com.acme.**, com/acmes/Shop, false",
        "com/acme/**, com/acme/deep/Shop, true",
        "com.acme.*, com/acme/Shop, true",
        "com.acme.*, com/acme/deep/Shop, false",
        "**.*Service, com/acme/ShopService, true",
        "**.*Service, ShopService, true",
        "**.*Service, com/acme/Services, false",
        "com.acme.Shop, com/acme/Shop, true",
        "com/acme/Shop.class, com/acme/Shop, true",
        "com.acme.Sh?p, com/acme/Shop, true",
    })
    void glob_matches_names(String glob, String name, boolean matches) {
        assertEquals(matches, new ClassNameFilter(List.of(glob), List.of()).matches(name), "as include");
        assertEquals(!matches, new ClassNameFilter(List.of(), List.of(glob)).matches(name), "as exclude");
    }

    @ParameterizedTest
    @CsvSource({"com/acme/Shop, true", "com/acme/Old, false", "org/acme/Shop, false"})
    void excludes_win_over_includes(String name, boolean matches) {
        assertEquals(matches, new ClassNameFilter(List.of("com.**"), List.of("**.Old")).matches(name));
    }
}
