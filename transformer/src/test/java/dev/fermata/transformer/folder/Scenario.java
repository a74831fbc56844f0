package dev.fermata.transformer.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a build may find that is interrupted. */
enum Scenario {
    /** Nothing was ever woven here. */
    FRESH {
        @Override
        void prepare(Project project, int more) {
            project.compile(sources(more));
        }
    },
    /** A method has another name, a nested class is gone, one class is new. */
    INCREMENTAL {
        @Override
        void prepare(Project project, int more) throws IOException {
            project.compile(sources(more));
            project.weave();
            change(project);
        }
    },
    /** The plugin was updated. */
    ANOTHER_WEAVER {
        @Override
        void prepare(Project project, int more) throws IOException {
            project.compile(sources(more));
            weaveBefore(project);
        }
    },
    /** Both at once. */
    ANOTHER_WEAVER_AND_INCREMENTAL {
        @Override
        void prepare(Project project, int more) throws IOException {
            project.compile(sources(more));
            weaveBefore(project);
            change(project);
        }
    },
    /** Classes have to be put back as they were compiled. */
    EXCLUDED {
        @Override
        void prepare(Project project, int more) throws IOException {
            project.compile(sources(more));
            project.weave();
            project.excludes = List.of("com.acme.Shop", "com.acme.Bank");
        }
    },
    /** Another nested class has the async methods, and the one that had them stays without. */
    MOVED {
        @Override
        void prepare(Project project, int more) throws IOException {
            project.compile(sources(more));
            project.weave();
            project.compile(MOVED_BANK);
        }
    },
    /** A source was deleted. */
    GONE {
        @Override
        void prepare(Project project, int more) throws IOException {
            project.compile(sources(more));
            project.weave();
            Files.delete(project.file("com/acme/Shop"));
            Files.delete(project.file("com/acme/Shop$Item"));
        }
    };

    private static final String SHOP = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            public class Shop {
              @Async static Coroutine<Integer> total(String left, String right) {
                return done(await(price(left)) + await(price(right)));
              }
              @Async static Coroutine<Integer> price(String item) {
                await(sleep(java.time.Duration.ZERO));
                return done(item.length());
              }
              static class Item {
                @Async Coroutine<Integer> twice() { return done(await(price("a")) + await(price("bb"))); }
              }
            }
            """;
    private static final String CHANGED_SHOP = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            public class Shop {
              @Async static Coroutine<Integer> total(String left, String right) {
                return done(await(cost(left)) * await(cost(right)));
              }
              @Async static Coroutine<Integer> cost(String item) {
                await(sleep(java.time.Duration.ZERO));
                return done(item.length());
              }
            }
            """;
    /** Only the nested class has async methods, and yet the host changes too. */
    private static final String BANK = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            public class Bank {
              static class Safe {
                @Async Coroutine<Integer> open() { await(sleep(java.time.Duration.ZERO)); return done(1); }
              }
              static class Door {}
            }
            """;

    private static final String MOVED_BANK = """
            package com.acme;
            import static dev.fermata.Asyncio.*;
            import dev.fermata.*;
            public class Bank {
              static class Safe {}
              static class Door {
                @Async Coroutine<Integer> open() { await(sleep(java.time.Duration.ZERO)); return done(1); }
              }
            }
            """;

    /** Makes the folders what the interrupted build finds, and sets how it is done. */
    abstract void prepare(Project project, int more) throws IOException;

    private static String[] sources(int more) {
        List<String> sources = new ArrayList<>(List.of(SHOP, BANK));
        for (int i = 0; i < more; i++) {
            sources.add(BANK.replace("Bank", "Branch" + i));
        }
        return sources.toArray(String[]::new);
    }

    /** Edits sources and compiles what was edited. */
    static void change(Project project) throws IOException {
        Files.delete(project.file("com/acme/Shop$Item"));
        project.compile(CHANGED_SHOP, BANK.replace("Bank", "NewBank"));
    }

    private static void weaveBefore(Project project) throws IOException {
        NestWeaver now = project.weaver;
        project.weaver = new EarlierWeaver();
        project.weave();
        project.weaver = now;
    }

    /** Compiles the same sources again, as an incremental compiler may at any time. */
    void recompile(Project project) {
        boolean shop = project.has("com/acme/Shop");
        boolean changed = this == INCREMENTAL || this == ANOTHER_WEAVER_AND_INCREMENTAL;
        String bank = this == MOVED ? MOVED_BANK : BANK;
        String[] sources = shop ? new String[] {changed ? CHANGED_SHOP : SHOP, bank} : new String[] {bank};
        project.compile(Arrays.copyOf(sources, sources.length));
    }

    /** Deletes what weaving did, so that what is left is what a clean build would find. */
    void forgetWeaving(Project project, int more) throws IOException {
        project.clear();
        boolean changed = this == INCREMENTAL || this == ANOTHER_WEAVER_AND_INCREMENTAL;
        project.compile(sources(more));
        if (changed) {
            change(project);
        } else if (this == MOVED) {
            project.compile(MOVED_BANK);
        } else if (this == GONE) {
            Files.delete(project.file("com/acme/Shop"));
            Files.delete(project.file("com/acme/Shop$Item"));
        }
    }
}
