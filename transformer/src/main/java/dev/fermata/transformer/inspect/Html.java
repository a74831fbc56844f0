package dev.fermata.transformer.inspect;

/** What all pages share. They need no other file: no script, no font, no style sheet. */
final class Html {
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1d1f23; --soft: #666c76; --paper: #fff; --line: #dfe2e7;
              --panel: #f6f7f9; --mark: #fff0b8; --accent: #8a4b00; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e4e6ea; --soft: #9aa1ac; --paper: #17191d; --line: #33373e; --panel: #1f2227;
                --mark: #4a3a05; --accent: #f0b35a; } }
            * { box-sizing: border-box; }
            body { margin: 0 auto; max-width: 96rem; padding: 1.5rem 2rem 4rem; background: var(--paper); color: var(--ink);
              font: 15px/1.5 system-ui, sans-serif; }
            a { color: var(--accent); }
            code, pre, .code { font-family: ui-monospace, "SFMono-Regular", Consolas, "DejaVu Sans Mono", monospace; }
            code, pre { font-size: .92em; }
            h1 { font-size: 1.5rem; margin: .5rem 0 0; overflow-wrap: anywhere; }
            h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
            .soft { color: var(--soft); }
            p { margin: .25rem 0; }
            section { margin-top: 2rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
            .beside { display: grid; grid-template-columns: minmax(0, 7fr) minmax(0, 6fr); gap: 1.5rem; margin-top: 1rem;
              align-items: start; }
            .source { margin: 0; padding: .75rem 1rem .75rem 0; background: var(--panel); border-radius: 6px;
              overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; position: sticky; top: 1rem; max-height: calc(100vh - 2rem); }
            @media (max-width: 60rem) { .beside { grid-template-columns: minmax(0, 1fr); } .source { position: static; } }
            .line { display: inline-block; width: 100%; padding-left: 3.2rem; text-indent: -3.2rem; }
            .number { display: inline-block; text-indent: 0; width: 3.2rem; padding-right: 1rem; text-align: right; color: var(--soft);
              user-select: none; }
            mark { background: var(--mark); color: inherit; border-radius: 3px; padding: .1em 0; }
            .state { display: inline-block; text-indent: 0; min-width: 1.35em; margin-left: .25em; padding: 0 .35em; border-radius: 1em;
              background: var(--accent); color: var(--paper); font: 600 .78rem/1.5 system-ui, sans-serif;
              text-align: center; text-decoration: none; }
            .states { list-style: none; margin: 0; padding: 0; }
            .states > li { padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 6px; margin-bottom: .6rem; }
            .states > li:target { border-color: var(--accent); }
            .states .state { margin: 0 .35em 0 0; }
            table { border-collapse: collapse; margin-top: .4rem; width: 100%; }
            th { text-align: left; white-space: nowrap; font-weight: 600; color: var(--soft); font-size: .85rem; }
            td, th { padding: .15rem .75rem .15rem 0; vertical-align: top; overflow-wrap: break-word; }
            .index td, .index th { padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--line); }
            """;

    private Html() {}

    static String page(String title, String body) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + escape(title)
                + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
    }

    static String code(String text) {
        return "<code>" + escape(text) + "</code>";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
