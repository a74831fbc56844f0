def log = new File(basedir, 'build.log').readLines()*.replaceFirst(/^\[\w+\] /, '')

// The tests of docs/testing.md, on the oldest JUnit.
assert log.any { it.startsWith('Tests run: 4, Failures: 0, Errors: 0, Skipped: 0') && it.endsWith('com.acme.TheatreTest') }
// 1 + 200 runs of the one, 1 + 200 and a cancel at its only await of the other.
assert log.any { it.startsWith('Tests run: 403, Failures: 0, Errors: 0, Skipped: 0') && it.endsWith('com.acme.CarefulTheatreTest') }

// The race and the missing finally, each found by the last of its runs.
assert log.any { it.startsWith('Tests run: 204, Failures: 2, Errors: 0, Skipped: 0') }
assert log.contains('With seed 0: expected: not equal but was: <true>')
assert log.contains("To repeat only this run: mvn test -Dtest='com.acme.RushHour#a_seat_is_sold_once' -Dfermata.seed=0, or @Explore(schedules = 1, seed = 0)")
assert log.contains('The steps:')
assert log.contains('  0 s: a_seat_is_sold_once waits for a gather of 2, 2 of them not done, at RushHour.java:25; wakes Task-2, Task-3')
assert log.contains('  0 s: Task-3 waits for a sleep, at RushHour.java:18')
assert log.contains('  0 s: Task-2 waits for a sleep, at Theatre.java:29')
assert log.contains('  2 s: the end of a sleep; wakes Task-3')
assert log.contains('  2 s: the end of a sleep; wakes Task-2')
assert log.contains('  2 s: Task-3 waits for a sleep, at Theatre.java:29')
assert log.contains('  2 s: Task-2 returned')
assert log.contains('  4 s: the end of a sleep; wakes Task-3')
assert log.contains('  4 s: Task-3 returned')
assert log.contains('  4 s: a callback; wakes a_seat_is_sold_once')
assert log.contains('  4 s: a_seat_is_sold_once failed with org.opentest4j.AssertionFailedError')
assert log.contains('With cancel at await 1: expected: <true> but was: <false>')
assert log.contains("To repeat only this run: mvn test -Dtest='com.acme.RushHour#whoever_gives_up_is_gone' -Dfermata.cancel=1")

// What it says to run is that run alone.
assert log.any { it.startsWith('Tests run: 1, Failures: 1, Errors: 0, Skipped: 0') }
assert log.count('With seed 0: expected: not equal but was: <true>') == 2
