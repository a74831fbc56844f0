package dev.fermata;

import dev.fermata.internal.TimerHeap;

/** An entry of the timer heap; when its time has come it moves to the ready queue. */
interface Timed extends TimerHeap.Entry, Ready {}
