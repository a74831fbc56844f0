/**
 * What the tests of several packages use: programs in JVMs of their own ({@link dev.fermata.harness.Child}), javac, the
 * pages of the documentation, virtual time. Nothing here knows a test, and no test is here.
 */
package dev.fermata.harness;
