def java = System.getProperty('java.home') + '/bin/java'
// Of the one version in this repository.
def jar = { name ->
    new File(localRepositoryPath, "dev/fermata/$name").listFiles().find { it.directory }.listFiles().find { it.name.endsWith('.jar') }.path
}
def run = { List command ->
    def process = command.execute()
    def out = new StringBuilder()
    process.waitForProcessOutput(out, out)
    out.toString().replace('\r', '') + 'exit code ' + process.exitValue()
}
def library = new File(basedir, 'library/target/classes')
def app = new File(basedir, 'app/target/classes')

assert run([java, '-cp', [app, library, jar('fermata-runtime')].join(File.pathSeparator), 'com.acme.app.Street']) ==
    'the second egg is at home\nexit code 0'

// What is gone has left nothing.
assert new File(library, 'com/acme/library').list().sort() == ['Shop$async$buy.class', 'Shop.class']
assert new File(basedir, 'library/target/fermata/originals/classes/com/acme/library').list() == ['Shop.class']

// The jar needs no other, and is the command line.
def processor = jar('fermata-annotation-processor')
assert new java.util.zip.ZipFile(processor).entries().every {
    it.name.startsWith('META-INF/') || it.name.startsWith('dev/')
}
assert run([java, '-jar', processor, 'weave', app, '-cp', jar('fermata-runtime')]) ==
    'Fermata: nothing woven; 1 class up to date\nexit code 0'
def inspected = run([java, '-jar', processor, 'inspect', library])
assert inspected.contains('com.acme.library.Shop (Shop.java)')
assert inspected.endsWith('exit code 0')
assert new File(basedir, 'library/target/fermata/inspect/index.html').exists()
