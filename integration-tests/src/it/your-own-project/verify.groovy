def log = new File(basedir, 'build.log').readLines()*.replaceFirst(/^\[\w+\] /, '')

// javac has woven it already, and so to the plugin's satisfaction.
assert log.contains('Fermata: nothing woven; 1 class up to date')
assert !log.any { it.startsWith('Fermata: wove') }
assert log.any { it.startsWith('Tests run: 3, Failures: 0, Errors: 0, Skipped: 0') }
assert log.containsAll(['[egg, toast]', 'no egg', 'egg called off'])
assert log.contains('  changeOfMind()')
assert log.any { it.endsWith('  1  egg: read later at line 38') }
assert new File(basedir, 'target/fermata/inspect/index.html').text.contains('com.acme.Kitchen')
