package dev.fermata.tour;

/** Runs the tour: {@code mvn -q -Ptour}. */
public final class Tour {
    private Tour() {}

    public static void main(String[] args) {
        System.out.println("Fermata: the tour starts here.");
    }
}
