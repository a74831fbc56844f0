package dev.fermata.internal.engine;

/** An entry of the timer heap; when its time has come it moves to the ready queue. */
public interface Timed extends TimerHeap.Entry, Ready {}
