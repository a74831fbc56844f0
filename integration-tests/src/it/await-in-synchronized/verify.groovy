def log = new File(basedir, 'build.log').readLines()*.replaceFirst(/^\[\w+\] /, '')

assert log.count {
    it.startsWith('Shop.java:15: [fermata/await-in-synchronized] com.acme.Shop.buy: ') &&
        it.contains('the monitor belongs to a thread') &&
        it.contains('AsyncSemaphore')
} == 1
assert log.contains('Fermata: wove 1 async method in 1 class; 1 class left unwoven')
assert log.any { it.contains('Fermata refused 1 place in 1 class') }

// Shop is as javac wrote it, without a trace of an attempt.
assert new File(basedir, 'target/classes/com/acme').list().findAll { it.startsWith('Shop') } == ['Shop.class']
assert new File(basedir, 'target/fermata/originals/classes/com/acme').list().toList() == ['Till.class']
