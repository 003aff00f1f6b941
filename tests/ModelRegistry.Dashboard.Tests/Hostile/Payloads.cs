namespace ModelRegistry.Dashboard.Tests.Hostile;

/// <summary>Texts that would be more than text on a page that is not careful.</summary>
internal static class Payloads
{
    public static readonly string[] All =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "javascript:alert(1)", "{{7*7}}", "${alert(1)}", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
        "<svg/onload=alert(1)>", "<!--<script>", "]]><script>alert(1)</script>", "&lt;script&gt;", "%3Cscript%3E", "\u202Eevil\u202C", "zero\u200Bwidth", "a\u0300\u0301", "<a href=\"javascript:alert(1)\">x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'>", "<style>*{display:none}</style>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "@{alert(1)}", "@page", "<?php", "\\u003cscript\\u003e", "<math><mi xlink:href=\"javascript:alert(1)\">",
        "</script><script>alert(1)</script>", "</style><script>alert(1)</script>", "</noscript><script>alert(1)</script>", "</svg><script>alert(1)</script>", "</select><script>alert(1)</script>", "</option><script>alert(1)</script>", "</pre><script>alert(1)</script>",
        "<body onload=alert(1)>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>", "<input autofocus onfocus=alert(1)>", "<marquee onstart=alert(1)>", "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>",
        "<form action=javascript:alert(1)><button>", "<button formaction=javascript:alert(1)>x", "<isindex action=javascript:alert(1)>", "<link rel=stylesheet href=//evil.example/x.css>", "<table background=javascript:alert(1)>", "<svg><animate onbegin=alert(1)>",
        "<svg><use href=data:image/svg+xml,x>", "<template><script>alert(1)</script></template>", "<img src=`x`onerror=alert(1)>", "<scr<script>ipt>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script src=//evil.example/x.js></script>", "`-alert(1)-`", "'-alert(1)-'",
        "\";alert(1)//", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "https://user:pass@evil.example/", "//evil.example/x", "\u2066isolate\u2069", "\uFEFFmark", "\u00ADsoft", "\u2028line", "<\u200Bscript>alert(1)</script>", "\uFF1Cscript\uFF1E",
        "&#60;script&#62;alert(1)", "&colon;javascript&colon;", "+ADw-script+AD4-", "<x contenteditable onblur=alert(1)>y", "<a href=\"&#106;avascript:alert(1)\">", "=cmd|'/c calc'!A1", "{{constructor.constructor('alert(1)')()}}",
    ];

    /// <summary>Those without a character that a name may not have.</summary>
    public static IEnumerable<string> Printable => All.Where(p => !p.Any(c => char.IsControl(c) || c is '\u2028'));
}
