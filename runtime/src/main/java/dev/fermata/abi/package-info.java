/**
 * What woven code links to: {@link dev.fermata.abi.Frame}, {@link dev.fermata.abi.Carrier} and the static entry points of
 * {@link dev.fermata.abi.Abi}, which is the class to read first. Only woven code and primitives call it, on the thread that
 * runs the coroutine. What users call must not be in here. Changing a signature here changes the ABI.
 */
@NullMarked
package dev.fermata.abi;

import org.jspecify.annotations.NullMarked;
