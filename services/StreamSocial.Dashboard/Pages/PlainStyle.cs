namespace StreamSocial.Dashboard.Pages;

/// <summary>The plain page's style; in the program, since the built files may be absent.</summary>
internal static class PlainStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --line: light-dark(#d5dbe6, #2a3446); --dim: light-dark(#566179, #93a0b8); --alarm: light-dark(#c0212f, #ff6b6b); }
        *, ::before, ::after { box-sizing: border-box; }
        body { overflow-wrap: anywhere; margin: 0 auto; max-width: 82rem; padding: 1rem; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#f7f8fb, #0c111b); color: light-dark(#172033, #e4e9f2); }
        header { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: baseline; }
        h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
        a { color: light-dark(#3652d9, #8fa8ff); }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
        th:first-child, td.text { text-align: left; } td.text { min-width: 14rem; } th { color: var(--dim); font-weight: 500; }
        .alarm td, .alarm th, .warning { color: var(--alarm); font-weight: 600; }
        .scroll { overflow-x: auto; overflow-wrap: normal; } .heat { font-size: .75rem; } .heat th, .heat td { padding: .05rem .4rem; border: 0; }
        .h1 { background: light-dark(#e3f0ff, #12324a); } .h2 { background: light-dark(#cfe6dd, #14503f); } .h3 { background: light-dark(#fdeeb8, #6d5a12); }
        .h4 { background: light-dark(#fbcfa4, #8a4311); } .h5 { background: light-dark(#f6a9a9, #96202b); } .heat .unknown { color: var(--dim); font-style: italic; }
        """;
}
