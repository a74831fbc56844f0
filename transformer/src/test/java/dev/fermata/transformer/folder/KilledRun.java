package dev.fermata.transformer.folder;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that weaves a project, to be killed. */
final class KilledRun {
    private KilledRun() {}

    /**
     * Weaves.
     *
     * @param arguments the target folder, after how many changes of files to die (-1: never), classes to exclude
     */
    public static void main(String[] arguments) throws IOException {
        Project project = new Project(Path.of(arguments[0]));
        project.excludes = List.of(arguments).subList(2, arguments.length);
        project.disk = new DyingDisk(Integer.parseInt(arguments[1]));
        project.weave();
        System.out.println("done");
    }

    /** Starts a program that needs this module and nothing else. After two minutes it is told to end, by a SIGTERM. */
    static Process start(Class<?> program, String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.real.class.path", System.getProperty("java.class.path"));
        List<String> command =
                new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath, program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .directory(new File("."))
                .start();
        process.onExit().orTimeout(2, TimeUnit.MINUTES).exceptionally(late -> {
            process.destroy();
            return process;
        });
        return process;
    }

    /** Says when the first change is made, and ends the process at a later one, without a word and without any cleaning up. */
    private static final class DyingDisk implements Disk {
        private int left;
        private boolean begun;

        DyingDisk(int left) {
            this.left = left;
        }

        private void count() {
            if (!begun) {
                System.out.println("writing");
                begun = true;
            }
            if (left-- == 0) {
                Runtime.getRuntime().halt(137);
            }
        }

        @Override
        public void createFolder(Path folder) throws IOException {
            count();
            Disk.REAL.createFolder(folder);
        }

        @Override
        public void write(Path file, byte[] bytes) throws IOException {
            count();
            Disk.REAL.write(file, bytes);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            count();
            Disk.REAL.move(from, to);
        }

        @Override
        public void delete(Path file) throws IOException {
            count();
            Disk.REAL.delete(file);
        }
    }
}
