def log = new File(basedir, 'build.log').readLines()*.replaceFirst(/^\[\w+\] /, '')

assert log.contains('Fermata: wove 4 async methods in 1 class')
assert log.any { it.startsWith('Tests run: 3, Failures: 0, Errors: 0, Skipped: 0') }
assert log.containsAll(['[egg, toast]', 'no egg', 'egg called off'])
assert log.contains('  changeOfMind()')
assert log.contains('      saves egg  Task  read later at line 38')
assert new File(basedir, 'target/fermata/inspect/index.html').text.contains('com.acme.Kitchen')
