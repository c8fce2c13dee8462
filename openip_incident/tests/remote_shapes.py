# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ways in which HTML loads something from elsewhere, and who finds what is left.

The oracle knows nothing of how texts are cleaned: in what has been parsed anew, no
attribute but the target of a link may hold an address, and no style one either.
"""

import re
from itertools import product

from lxml import html

HOST = "tracker.example"
URL = f"http://{HOST}/p.gif"

# {url} is an address elsewhere; what stands in them is what a reader is to keep.
MEDIA = {
    "img": '<img src="{url}" alt="Kept">',
    "img without quotes": "<img src={url}>",
    "img in capitals": '<IMG SRC="{url}">',
    "img with slashes": '<img/src="{url}"/x>',
    "img srcset": '<img srcset="{url} 2x, {url} 1x" alt="Kept">',
    "img sizes": '<img src="cid:none" srcset="{url}" sizes="100vw">',
    "img lowsrc": '<img src="x.png" lowsrc="{url}" dynsrc="{url}">',
    "img longdesc": '<img src="" longdesc="{url}" usemap="#m">',
    "img lazy": '<img data-src="{url}" data-original="{url}" class="lazyload">',
    "img with onerror": '<img src="x" onerror="this.src=\'{url}\'">',
    "image": '<image src="{url}" href="{url}">',
    "picture": '<picture><source srcset="{url}"><img src="{url}"></picture>',
    "video": '<video src="{url}" poster="{url}" autoplay>Kept</video>',
    "video source": '<video><source src="{url}" type="video/mp4">Kept</video>',
    "track": '<video><track src="{url}" default></video>',
    "audio": '<audio src="{url}" autoplay loop></audio>',
    "bgsound": '<bgsound src="{url}">',
    "object": '<object data="{url}" type="image/png">Kept</object>',
    "object codebase": '<object codebase="{url}" classid="{url}" archive="{url}">',
    "applet": '<applet code="x" codebase="{url}" archive="{url}"></applet>',
    "embed": '<embed src="{url}" pluginspage="{url}">',
    "iframe": '<iframe src="{url}"></iframe>',
    "iframe srcdoc": "<iframe srcdoc=\"<img src='{url}'>\"></iframe>",
    "frame": '<frameset><frame src="{url}"></frameset>',
    "input": '<input type="image" src="{url}" alt="Kept">',
    "button": '<form action="{url}"><button formaction="{url}">Kept</button></form>',
    "body background": '<body background="{url}"><p>Kept</p></body>',
    "table background": '<table background="{url}"><tr><td>Kept</td></tr></table>',
    "cell background": '<table><tr><td background="{url}">Kept</td></tr></table>',
}
STYLES = {
    "style url": '<p style="background:url({url})">Kept</p>',
    "style url quoted": "<p style=\"background-image:url('{url}')\">Kept</p>",
    "style url spaced": '<p style="background: url(  {url}  ) no-repeat">Kept</p>',
    "style url in capitals": '<p style="BACKGROUND-IMAGE:URL({url})">Kept</p>',
    "style escaped": r'<p style="background:\75rl({url})">Kept</p>',
    "style escaped long": r'<p style="background:\000075\000072\00006c({url})">x</p>',
    "style commented": '<p style="background:u/**/rl({url})">Kept</p>',
    "style unclosed comment": '<p style="color:red;/*;background:url({url})">Kept</p>',
    "style entities": '<p style="background:&#117;rl({url})">Kept</p>',
    "style image-set": "<p style=\"background:image-set('{url}' 1x)\">Kept</p>",
    "style webkit set": (
        '<p style="background-image:-webkit-image-set(url({url}) 1x)">Kept</p>'
    ),
    "style cross-fade": '<p style="background:cross-fade(url({url}),red)">Kept</p>',
    "style src": "<p style=\"background:src('{url}')\">Kept</p>",
    "style list": '<ul style="list-style-image:url({url})"><li>Kept</li></ul>',
    "style list short": '<ul style="list-style:url({url})"><li>Kept</li></ul>',
    "style cursor": '<p style="cursor:url({url}),auto">Kept</p>',
    "style border image": '<p style="border-image:url({url}) 3">Kept</p>',
    "style mask": '<p style="-webkit-mask:url({url});mask:url({url})">Kept</p>',
    "style filter": '<p style="filter:url({url}#f)">Kept</p>',
    "style content": '<p style="content:url({url})">Kept</p>',
    "style behavior": '<p style="behavior:url({url});-moz-binding:url({url})">K</p>',
    "style variable": '<p style="--x:url({url});background:var(--x)">Kept</p>',
    "style expression": "<p style=\"width:expression(new Image().src='{url}')\">K</p>",
    "style broken": '<p style="color:red;;:;background:url({url}">Kept</p>',
    "style element": "<style>p {{ background: url({url}) }}</style><p>Kept</p>",
    "style import": "<style>@import '{url}';</style>Kept",
    "style import url": "<style>@import url({url}) screen;</style>Kept",
    "style font": "<style>@font-face {{ font-family: x; src: url({url}) }}</style>",
    "style namespace": '<style>@namespace "{url}";</style>',
    "style in svg": "<svg><style>@import '{url}';</style></svg>",
}
OTHERS = {
    "link stylesheet": '<link rel="stylesheet" href="{url}">',
    "link prefetch": '<link rel="dns-prefetch" href="{url}">',
    "link icon": '<head><link rel="icon" href="{url}"></head>Kept',
    "link in body": '<p>Kept</p><link rel="preload" as="image" href="{url}">',
    "base": '<base href="{url}"><img src="p.gif">',
    "meta refresh": '<meta http-equiv="refresh" content="0;url={url}">',
    "script": '<script src="{url}"></script><script>fetch("{url}")</script>',
    "svg image": '<svg><image href="{url}" width="1" height="1"/></svg>',
    "svg xlink": '<svg xmlns:xlink="x"><image xlink:href="{url}"/></svg>',
    "svg use": '<svg><use href="{url}#x" xlink:href="{url}#x"/></svg>',
    "svg feImage": '<svg><filter><feImage href="{url}"/></filter></svg>',
    "svg fill": '<svg><rect fill="url({url}#g)" mask="url({url})"/></svg>',
    "svg animate": '<svg><a><animate attributeName="href" to="{url}"/></a></svg>',
    "svg foreign": '<svg><foreignObject><img src="{url}"></foreignObject></svg>',
    "svg as data": (
        "<img src=\"data:image/svg+xml,%3Csvg xmlns='x'%3E%3Cimage href='{url}'/%3E\">"
    ),
    "math": '<math><maction actiontype="x" xlink:href="{url}">Kept</maction></math>',
    "vml": '<v:imagedata src="{url}" o:href="{url}"/>Kept',
    "vml fill": '<v:rect><v:fill type="frame" src="{url}"/></v:rect>Kept',
    "conditional comment": '<!--[if mso]><img src="{url}"><![endif]-->Kept',
    "conditional shown": '<![if !mso]><img src="{url}"><![endif]>Kept',
    "comment that ends early": '<!--> <img src="{url}"> -->Kept',
    "processing instruction": '<?xml-stylesheet href="{url}"?>Kept',
    "cdata": '<![CDATA[<img src="{url}">]]>',
    "noscript": '<noscript><img src="{url}"></noscript>',
    "template": '<template><img src="{url}"></template>',
    "title": '<title><img src="{url}"></title>',
    "textarea": '<textarea></textarea><img src="{url}"></textarea>',
    "ping": '<a href="http://kept.example/" ping="{url}">Kept</a>',
    "cite": '<blockquote cite="{url}">Kept</blockquote><del cite="{url}">x</del>',
    "html manifest": '<html manifest="{url}"><body>Kept</body></html>',
    "head profile": '<html><head profile="{url}"></head><body>Kept</body></html>',
    "td in svg": '<svg><td background="{url}">Kept</td></svg>',
    "isindex": '<isindex action="{url}" src="{url}">',
    "layer": '<layer src="{url}" background="{url}"></layer>',
    "xml": '<xml src="{url}" id="x"></xml>Kept',
    "embedded video of Odoo": (
        '<div class="media_iframe_video" data-oe-expression="{url}">Kept</div>'
    ),
    "odoo background": '<div class="s_parallax" data-bg-src="{url}">Kept</div>',
    "portal": '<portal src="{url}"></portal>',
    "menu icon": '<menuitem icon="{url}">Kept</menuitem>',
    "unknown element": '<foo src="{url}" href="{url}" style="x:url({url})">Kept</foo>',
    "unclosed tag": 'Kept<img src="{url}"',
    "nested quotes": "<img alt='\"' src='{url}' title='>'>",
}
SHAPES = {**MEDIA, **STYLES, **OTHERS}

# The same address, written in other ways.
ADDRESSES = (
    URL,
    f"https://{HOST}/a?b=1&c=2",
    f"//{HOST}/p.gif",
    f"\\\\{HOST}/p.gif",
    f"http:\\\\{HOST}/p.gif",
    f"ht&#9;tp://{HOST}/p.gif",
    f" \t\nhttp://{HOST}/p.gif",
    f"HTTP://user:pass@{HOST.upper()}:8080/p.gif",
    f"ftp://{HOST}/p.gif",
    f"http:&#x2F;&#x2F;{HOST}&sol;p.gif",
    f"http://{HOST}/web/image/1?access_token=x",
    f"http://xn--tracker-4za.{HOST}/p.gif",
)

# Around what was pasted: elements in which browsers and parsers read differently.
AROUND = (
    "{shape}",
    "<div><p>Before</p>{shape}</div>",
    "<table><tr><td>{shape}</td></tr></table>",
    "<p><b><i>{shape}</p>",
    "</div></div>{shape}<div>",
    "<html><head></head><body>{shape}</body></html>",
    "<svg>{shape}",
    "<!-- x -- > -->{shape}",
)


def list_shapes(shapes=SHAPES):
    """Return dict of name: HTML, each shape once."""
    return {name: shape.format(url=URL) for name, shape in shapes.items()}


def vary_shapes():
    """Yield HTML: every shape with every address, and in everything around it."""
    for shape, url in product(SHAPES.values(), ADDRESSES):
        yield shape.format(url=url)
    for shape, around in product(SHAPES.values(), AROUND):
        yield around.format(shape=shape.format(url=URL))


LAYOUT_NAMES = frozenset(
    ("color-scheme", "format-detection", "supported-color-schemes", "viewport")
)
LAYOUT_STYLE = ":root { color-scheme: light dark;"
ADDRESS = re.compile(r"://|//|\\\\|url\s*\(|image-set|@import|\btracker\b", re.I)


def find_loading(body, own=()):
    """Return what HTML could load something by from anywhere but our own pages.

    :param body: HTML
    :param own: patterns of addresses that are ours
    """
    if not str(body).strip():
        return []
    return [
        item
        for source in (f"<div>{body}</div>", f"{body}")
        for item in _find_in(html.document_fromstring(source), own)
    ]


def _find_in(document, own):
    found = []
    for node in document.iter():
        if not isinstance(node.tag, str):
            found.append(f"comment {node.text}" if ADDRESS.search(str(node)) else "")
            continue
        if _is_of_layout(node):
            continue
        if node.tag in ("style", "script", "link", "meta", "base", "svg", "iframe"):
            found.append(node.tag)
        for name, value in node.attrib.items():
            ours = any(re.fullmatch(pattern, value) for pattern in own)
            if (node.tag, name) == ("a", "href") or ours:
                continue
            if ADDRESS.search(value) or name in ("src", "srcset", "background"):
                found.append(f"{node.tag} {name}={value}")
    return [item for item in found if item]


def _is_of_layout(node):
    """Tell whether an element is one of the few that our own mails begin with."""
    if node.tag == "meta":
        return "charset" in node.attrib or node.get("name") in LAYOUT_NAMES
    text = node.text or ""
    return (
        node.tag == "style"
        and text.lstrip().startswith(LAYOUT_STYLE)
        and not ADDRESS.search(text)
    )
