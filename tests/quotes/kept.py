"""What people write that is no quote, whatever it looks like."""

# ruff: noqa: E501

from .shapes import MAIL, PARAGRAPHS, SOPHIE

ATTRIBUTION = (
    f"<div>Le sam. 28 nov. 2026 à 11:15, OpenIP &lt;{MAIL}&gt; a écrit :</div>"
)

# What stays as it is: name, HTML or text, what has to be read.
KEPT = [
    (
        "formatting",
        "<p>Le routeur affiche :</p><blockquote style='margin:0 0 0 40px'>Deux postes "
        "muets.</blockquote>",
        ["Deux postes muets."],
    ),
    (
        "our words above all quotes",
        "<p>Depuis quand la synchro DSL est-elle tombée ? Hier.</p><p>Combien de postes"
        " ? Deux.</p>" + ATTRIBUTION,
        ["Depuis quand la synchro DSL est-elle tombée ? Hier.", "Combien de postes ?"],
    ),
    ("console", "Sortie :\n\n> show dsl\n> Line down\n> errors | 42\n", ["errors | 42"]),
    ("console with numbers", "Voici :\n> ping\n> 3 packets, 100% loss", ["100% loss"]),
    (
        "dashes below a greeting",
        "Bonjour,\n--\nC'est revenu à 8 h\nposte 42\n",
        ["C'est revenu à 8 h", "poste 42"],
    ),
    ("signature mark alone", "Ça marche.\n\n-- \nDeux postes muets.\n", ["Deux postes"]),
    (
        "answer below a signature",
        "-- \nSophie Lacombrade\nAlpha SAS\n\nC'est revenu à 8 h.\n\n> Depuis quand la "
        "synchro DSL est-elle tombée ?\n",
        ["C'est revenu à 8 h."],
    ),
    (
        "postscript",
        "<div>Oui.</div><div>-- <br>Sophie Lacombrade<br>Alpha SAS</div><div>PS : la "
        "ligne 2 aussi.</div>",
        ["PS : la ligne 2 aussi.", "Oui."],
    ),
    (
        "postscript in the signature",
        "Oui.\n-- \nSophie Lacombrade\nPS: la ligne 2 aussi\n",
        ["la ligne 2 aussi"],
    ),
    (
        "third person's mail, Outlook",
        "<div>Voir la réponse de notre électricien.</div><hr><div id='divRplyFwdMsg'><b>"
        "De :</b> Électricien &lt;elec@tiers.example&gt;<br><b>À :</b> Sophie &lt;"
        f"{SOPHIE}&gt;<br><b>Objet :</b> baie</div><div>Le disjoncteur a sauté.</div>",
        ["Électricien", "Le disjoncteur a sauté."],
    ),
    (
        "third person's mail, Gmail",
        "<div>Voir ci-dessous.</div><div class='gmail_quote'>---------- Forwarded "
        "message ---------<br>De : Électricien &lt;elec@tiers.example&gt;<br>Date: sam. "
        f"28 nov.<br>Subject: baie<br>To: Sophie &lt;{SOPHIE}&gt;<br><br>Le disjoncteur "
        "a sauté.</div>",
        ["Électricien", "Le disjoncteur a sauté."],
    ),
    (
        "third person's mail, attribution",
        "<p>Voir.</p><div>Le 27/11/2026 à 9:00, Électricien &lt;elec@tiers.example&gt; a"
        " écrit :</div><blockquote>Le disjoncteur a sauté.</blockquote>",
        ["Électricien", "Le disjoncteur a sauté."],
    ),
    (
        "opening hours are no header",
        "<p>Vous pouvez passer :<br>De : 8h<br>À : 12h</p>",
        ["De : 8h", "À : 12h"],
    ),
    ("what somebody said", "<p>Le technicien a écrit :</p><p>rien à signaler</p>",
     ["Le technicien a écrit :", "rien à signaler"]),
    ("a rule", "<p>Avant</p><hr><p>Après</p>", ["Avant", "Après"]),
    ("a link", "<blockquote><a href='https://a.example/x'>https://a.example/x</a>"
     "</blockquote>", ["https://a.example/x"]),
]  # fmt: skip

# What a mail is put together from at random.
PIECES = (
    *PARAGRAPHS["fr"], "<!-- c -->", "<br>", "<hr>", "<img src='/x'>", "<blockquote>",
    "</blockquote>", "<pre>\n> a\n-- \nb\n", "</pre>", "<div>", "</div>", "<span>",
    "</span>", "<table><tr><td>", "</td></tr></table>", "De : x<br>", "oui", "&lt;",
    f"À : <a href='mailto:{SOPHIE}'>{SOPHIE}</a><br>", ATTRIBUTION, "\n",
    "--<br>", " --\nx", "<div>--<br>Sophie</div>", "<?x y?>",
    "<div class='gmail_quote'>", "<p id='Signature'>Sophie</p>", "<ul><li>x</li></ul>",
    "&nbsp;", "👍", "texte libre ici",
)  # fmt: skip
