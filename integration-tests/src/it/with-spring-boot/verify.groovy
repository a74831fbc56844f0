def log = new File(basedir, 'build.log').readLines()*.replaceFirst(/^\[\w+\] /, '')

assert log.any { it.startsWith('Tests run: 7, Failures: 0, Errors: 0, Skipped: 0') }
assert log.contains('Fermata: nothing woven; 1 class up to date')
