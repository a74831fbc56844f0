package dev.fermata.processor;

/**
 * What a compiler says of a place in a source.
 *
 * @param kind ERROR or WARNING
 */
record Diagnosed(long line, long column, String kind, String message) {
    @Override
    public String toString() {
        return line + ":" + column + ": " + kind + ": " + message + "\n";
    }
}
