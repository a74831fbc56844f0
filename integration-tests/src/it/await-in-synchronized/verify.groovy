def log = new File(basedir, 'build.log').readLines()*.replaceFirst(/^\[\w+\] /, '')

assert log.count {
    it.startsWith('src/main/java/com/acme/Shop.java:15: com.acme.Shop.buy: ') &&
        it.contains('the monitor belongs to a thread') &&
        it.contains('AsyncLock') &&
        it.endsWith('. [fermata:await-in-synchronized, see docs/rules.md#await-in-synchronized]')
} == 1
assert log.contains('Fermata: nothing woven; 1 class refused; 1 class left unwoven because of that')
assert log.any { it.contains('Fermata found 1 error in 1 class (see above)') }

// All is as javac wrote it, without a trace of an attempt.
assert new File(basedir, 'target/classes/com/acme').list().sort() == ['Shop.class', 'Till.class']
assert !new File(basedir, 'target/fermata/originals').exists()
