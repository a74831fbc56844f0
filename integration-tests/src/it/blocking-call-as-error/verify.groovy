def log = new File(basedir, 'build.log').readLines()
def place = 'com/acme/Shop.java:[16,15] '
def found = place + 'com.acme.Shop.open: Thread.sleep: a blocking call in async code: '

assert log.count { it.startsWith("[WARNING] ") && it.replace((char) 92, (char) 47).contains(found) } >= 1
assert log.count { it.startsWith("[ERROR] ") && it.replace((char) 92, (char) 47).contains(found) } >= 1
assert log.any { it.startsWith('[ERROR] ') && it.contains('there is no option fermata.blockingCalls. The options are fermata.asyncWithoutAwait, ') }
assert !log.any { it.contains('fermata:task-dropped') }
