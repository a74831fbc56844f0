package dev.fermata.net;

/** What differs between operating systems. From any thread. */
final class Systems {
    private Systems() {}

    static boolean isWindows() {
        return java.io.File.separatorChar == '\\';
    }
}
