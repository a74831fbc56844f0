/** A module that exports one of its packages. */
module com.acme.shop {
    requires dev.fermata;
    requires static lombok;

    exports com.acme.shop;
}
