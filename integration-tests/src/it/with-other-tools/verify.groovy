def log = new File(basedir, 'build.log').readLines()*.replaceFirst(/^\[\w+\] /, '')

assert log.any { it.startsWith('Tests run: 5, Failures: 0, Errors: 0, Skipped: 0') }

def parser = new groovy.xml.XmlSlurper()
parser.setFeature('http://apache.org/xml/features/disallow-doctype-decl', false)
parser.setFeature('http://apache.org/xml/features/nonvalidating/load-external-dtd', false)
def report = parser.parse(new File(basedir, 'target/site/jacoco/jacoco.xml'))

// Classes that weaving adds count nothing: pages leave them out.
def classes = report.'**'.findAll { it.name() == 'class' && it.counter.size() > 0 }.collect { it.@name.text() }
assert classes.contains('com/acme/shop/Coverage')
assert !classes.any { it.contains('async') }

def covered = report.'**'.find { it.name() == 'sourcefile' && it.@name == 'Coverage.java' }.line.collectEntries {
    [it.@nr.toInteger(), [mi: it.@mi.toInteger(), ci: it.@ci.toInteger(), mb: it.@mb.toInteger(), cb: it.@cb.toInteger()]]
}
def wrong = []
new File(basedir, 'src/main/java/com/acme/shop/Coverage.java').readLines().eachWithIndex { text, index ->
    def line = covered[index + 1]
    def claim = text.contains('// ') ? text.replaceFirst('.*// ', '') : ''
    if (claim.startsWith('runs') && !(line && line.ci > 0)) {
        wrong << "ran, but counts as missed: ${index + 1} $line $text"
    }
    if (claim.startsWith('never') && !(line && line.ci == 0 && line.mi > 0)) {
        wrong << "did not run, but is not missed: ${index + 1} $line $text"
    }
    def branches = claim =~ /branches (\d)/
    if (branches && line && line.cb < branches[0][1].toInteger()) {
        wrong << "branches ran, but count as not taken: ${index + 1} $line $text"
    }
}
assert wrong.isEmpty()
