"""How mail clients quote our mail in an answer: one row per client and language.

Written after what the clients' sources, help pages and public samples show; names and
words are made up. ``{answer}`` is what a human writes, ``{ours}`` our mail as HTML,
``{text}`` and ``{quoted}`` its plain text, bare and with ``>`` in front.
"""

# ruff: noqa: E501

NUMBER = "INC2026-00016"
US = ("OpenIP", "incident@incident.example.com", "Support OpenIP")
AUTHOR = ("Sophie Lacombrade", "Alpha SAS")
SOPHIE = "sophie.lacombrade@alpha.example"
IGOR = "igor@integrator.example"

PARAGRAPHS = {
    "fr": (
        f"<p style='border-bottom: 3px solid'>OpenIP · {NUMBER}</p>",
        "<p>Bonjour Sophie Lacombrade,</p>",
        "<p>Pour avancer dans le traitement de l'incident, nous avons besoin "
        "d'informations de votre part&nbsp;:</p>",
        "<p>Depuis quand la synchro DSL est-elle tombée&nbsp;?</p>",
        "<p>Combien de postes&nbsp;?</p>",
        "<p>Le voyant est-il rouge ou vert sur le boîtier du quai&nbsp;?</p>",
        "<p><strong>Ce que nous attendons de vous&nbsp;:</strong> merci de nous "
        "répondre avant le <strong>mardi 1 décembre 2026 11:15 (Europe/Paris)"
        "</strong>. <strong>Sans réponse de votre part,</strong> l'incident sera "
        "gelé jusqu'à réception d'une réponse.</p>",
        "<p><a href='https://odoo.operator.example.com/incident/16?token=[…]'>"
        "Voir l'incident</a></p>",
        "<p>Lien coupé au dépôt<br>Vous pouvez nous répondre directement par retour "
        f"d'e-mail, en conservant le numéro {NUMBER} dans l'objet.</p>",
    ),
    "en": (
        f"<p>OpenIP · {NUMBER}</p>",
        "<p>Hello Sophie Lacombrade,</p>",
        "<p>To go on with the incident we need information from you:</p>",
        "<p>Since when has the line been down?</p>",
        "<p>How many desks?</p>",
        "<p>Is the light red or green on the box in the warehouse?</p>",
        "<p><strong>What we expect from you:</strong> please send us your answer "
        "before <strong>Tuesday 1 December 2026 11:15 (Europe/Paris)</strong>.</p>",
        "<p><a href='https://odoo.operator.example.com/incident/16?token=[…]'>"
        "View the incident</a></p>",
        "<p>Line down<br>To answer us, simply answer this mail and keep the number "
        f"{NUMBER} in its subject.</p>",
    ),
}

# As Odoo's converter writes the plain-text part.
TEXTS = {
    "fr": f"""OpenIP · {NUMBER}

Bonjour Sophie Lacombrade,

Pour avancer dans le traitement de l'incident, nous avons besoin d'informations de
votre part :

Depuis quand la synchro DSL est-elle tombée ?

Combien de postes ?

Le voyant est-il rouge ou vert sur le boîtier du quai ?

*Ce que nous attendons de vous :* merci de nous répondre avant le *mardi 1 décembre
2026 11:15 (Europe/Paris)*. *Sans réponse de votre part,* l'incident sera gelé jusqu'à
réception d'une réponse.

Voir l'incident [1]

Lien coupé au dépôt
Vous pouvez nous répondre directement par retour d'e-mail, en conservant le numéro
{NUMBER} dans l'objet.


[1] https://odoo.operator.example.com/[…]""",
    "en": f"""OpenIP · {NUMBER}

Hello Sophie Lacombrade,

To go on with the incident we need information from you:

Since when has the line been down?

How many desks?

Is the light red or green on the box in the warehouse?

*What we expect from you:* please send us your answer before *Tuesday 1 December 2026
11:15 (Europe/Paris)*.

View the incident [1]

Line down
To answer us, simply answer this mail and keep the number {NUMBER} in its subject.


[1] https://odoo.operator.example.com/[…]""",
}

MAIL = "incident@incident.example.com"
FROM = f"OpenIP &lt;{MAIL}&gt;"
TO = f"Sophie Lacombrade &lt;{SOPHIE}&gt;"
LINKED = f'Sophie Lacombrade &lt;<a href="mailto:{SOPHIE}">{SOPHIE}</a>&gt;'
OUTLOOK = (
    '<div class="WordSection1"><p class="MsoNormal">{answer}<o:p></o:p></p>'
    '<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;'
    'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    '<p class="MsoNormal">%s<o:p></o:p></p></div></div>{ours}</div>'
)
LE = f"Le sam. 28 nov. 2026 à 11:15, {FROM} a écrit&nbsp;:"
ON = f"On Sat, Nov 28, 2026 at 11:15 AM {FROM} wrote:"
AM = f"Am 28.11.2026 um 11:15 schrieb {FROM}:"
CITE = '<blockquote type="cite">{ours}</blockquote>'

HTML = {
    "outlook 2016 german": OUTLOOK
    % f"<b>Von:</b> {FROM} <br><b>Gesendet:</b> Samstag, 28. November 2026 11:15<br>"
    f"<b>An:</b> {TO}<br><b>Betreff:</b> {NUMBER} – Info",
    "outlook 2019 english": OUTLOOK
    % f"<b>From:</b> {FROM} <br><b>Sent:</b> Saturday, November 28, 2026 11:15 AM<br>"
    f"<b>To:</b> {TO}<br><b>Cc:</b> Igor &lt;{IGOR}&gt;<br><b>Subject:</b> {NUMBER}",
    "outlook french linked": OUTLOOK
    % f"<b>De&nbsp;:</b> {FROM} <br><b>Envoyé&nbsp;:</b> samedi 28 novembre 2026<br>"
    f"<b>À&nbsp;:</b> {LINKED}<br><b>Objet&nbsp;:</b> {NUMBER} – Info<br>"
    "<b>Importance&nbsp;:</b> Haute",
    "outlook 2010 hr": (
        "<p>{answer}</p><div class=MsoNormal align=center><hr size=2 width='100%'>"
        f"</div><p class=MsoNormal><b>De&nbsp;:</b> {FROM}<br><b>Date&nbsp;:</b> "
        f"28/11/2026<br><b>À&nbsp;:</b> {TO}<br><b>Objet&nbsp;:</b> {NUMBER}</p>"
        "{ours}"
    ),
    "outlook mac": (
        "<div>{answer}</div><div><br></div><span id='OLK_SRC_BODY_SECTION'><div "
        "style='border-top: #b5c4df 1pt solid'><span style='font-weight:bold'>De : "
        f"</span> {FROM}<br><span>Date : </span> samedi 28 novembre 2026<br><span>À : "
        f"</span> {TO}<br><span>Objet : </span> {NUMBER}<br></div><div><br></div>"
        "<div>{ours}</div></span>"
    ),
    "outlook web english": (
        "<div>{answer}</div><div id='appendonsend'></div><hr style='display:inline-"
        f"block;width:98%'><div id='divRplyFwdMsg'><b>From:</b> {FROM}<br><b>Sent:</b>"
        f" Saturday<br><b>To:</b> {TO}<br><b>Subject:</b> {NUMBER}<div>&nbsp;</div>"
        "</div><div>{ours}</div>"
    ),
    "outlook mobile german": (
        "<div>{answer}</div><div id='mail-editor-reference-message-container'><div "
        f"class='ms-outlook-mobile-reference-message'><b>Von: </b>{FROM}<br><b>Datum: "
        f"</b>Samstag, 28. November 2026<br><b>An: </b>{TO}<br><b>Betreff: </b>{NUMBER}"
        "<br></div>{ours}</div>"
    ),
    "windows mail": (
        "<div>{answer}</div><div style='padding-top:5px;border-top:1px solid #e5e5e5'>"
        f"<font><b>De&nbsp;:</b>&nbsp;{FROM}<br><b>Envoyé&nbsp;:</b>&nbsp;samedi<br><b>"
        f"À&nbsp;:</b>&nbsp;{LINKED}</font></div><div><br></div>"
        "{ours}"
    ),
    "gmail english": (
        '<div dir="ltr">{answer}</div><br><div class="gmail_quote"><div dir="ltr" '
        f'class="gmail_attr">{ON}<br></div><blockquote class="gmail_quote">'
        "{ours}</blockquote></div>"
    ),
    "gmail old zone": (
        '<div dir="ltr">{answer}</div><div class="gmail_extra"><br><div class="'
        f'gmail_quote">2026-11-28 11:15 GMT+01:00 {FROM}:<br><blockquote class="'
        'gmail_quote">{ours}</blockquote></div></div>'
    ),
    "gmail mobile wrapped": (
        '<div dir="auto">{answer}</div><br><div class="gmail_quote"><div dir="ltr">Le '
        f"sam. 28 nov. 2026,<br>11:15, {FROM} a<br>écrit :<br></div><blockquote>"
        "{ours}</blockquote></div>"
    ),
    "apple mail french": (
        f"<div>{{answer}}</div><div><br><blockquote type='cite'><div>Le 28 nov. 2026 à "
        f"11:15, {FROM} a écrit :</div><br class='Apple-interchange-newline'><div>"
        "{ours}</div></blockquote></div>"
    ),
    "apple mail german": (
        f"<div>{{answer}}</div><div><blockquote type='cite'><div>{AM}</div><br><div>"
        "{ours}</div></blockquote></div>"
    ),
    "ios german": (
        "<div dir='ltr'>{answer}</div><div dir='ltr'>Von meinem iPhone gesendet</div>"
        f"<div dir='ltr'><br><blockquote type='cite'>{AM}<br><br></blockquote></div>"
        "<blockquote type='cite'><div dir='ltr'>{ours}</div></blockquote>"
    ),
    "ios english": (
        "<div>{answer}<br><br>Sent from my iPhone</div><div><br>On 28 Nov 2026, at "
        f"11:15, {FROM} wrote:<br><br></div><blockquote type='cite'>"
        "{ours}</blockquote>"
    ),
    "thunderbird english": (
        "<p>{answer}</p><div class='moz-cite-prefix'>On 28/11/2026 11:15, OpenIP "
        "wrote:<br></div>" + CITE
    ),
    "thunderbird german": (
        "<p>{answer}</p><div class='moz-cite-prefix'>Am 28.11.26 um 11:15 schrieb "
        "OpenIP:<br></div>" + CITE
    ),
    "thunderbird below": (
        "<div class='moz-cite-prefix'>Le 28/11/2026 à 11:15, OpenIP a écrit&nbsp;:"
        "<br></div>" + CITE + "<p>{answer}</p>"
    ),
    "thunderbird forward style": (
        "<p>{answer}</p><div class='moz-forward-container'>-------- Message transféré "
        "--------<table><tbody><tr><th>Sujet :</th><td>" + NUMBER + "</td></tr><tr><th>"
        f"Date :</th><td>Sat, 28 Nov 2026</td></tr><tr><th>De :</th><td>{FROM}</td></tr>"
        f"<tr><th>Pour :</th><td>{LINKED}</td></tr></tbody></table><br>"
        "{ours}</div>"
    ),
    "roundcube": (
        f"<p>{{answer}}</p><p id='reply-intro'>Le 2026-11-28 11:15, {FROM} a écrit :</p>"
        "<blockquote type='cite'><div id='replybody1'>{ours}</div></blockquote>"
    ),
    "proton english": (
        "<div>{answer}</div><div class='protonmail_quote'>On Saturday, November 28th, "
        f"2026 at 11:15, {FROM} wrote:<br><br>" + CITE + "</div>"
    ),
    "tutanota": (
        f"<div>{{answer}}</div><div>28 nov. 2026, 11:15 de {MAIL}:<br></div><blockquote "
        "class='tutanota_quote'>{ours}</blockquote>"
    ),
    "orange": (
        "<p>{answer}</p><blockquote>&gt; Message du 28/11/26 11:15<br>&gt; De : "
        f'"OpenIP" &lt;{MAIL}&gt;<br>&gt; A : "Sophie" &lt;{SOPHIE}&gt;<br>&gt; Copie à'
        f" : <br>&gt; Objet : {NUMBER}<br>&gt; <br>"
        "{ours}</blockquote>"
    ),
    "orange new": (
        "<div>{answer}</div><div><hr><p>envoyé : 28 novembre 2026 à 11:15<br>de : "
        f"{FROM}<br>à : {TO}<br>objet : {NUMBER}</p><br>"
        "{ours}</div>"
    ),
    "sfr": (
        "<p>{answer}</p><blockquote type='cite'>Le 28/11/2026 11:15 CET, "
        f"{FROM} a écrit :<br>"
        "<div>{ours}</div></blockquote>"
    ),
    "la poste": (
        "<div>{answer}</div><br><div>De : " + FROM + "</div><div>Envoyé : samedi 28 "
        f"novembre 2026 11:15</div><div>À : {TO}</div><div>Objet : {NUMBER}</div><br>"
        "{ours}"
    ),
    "free zimbra": (
        "<div>{answer}</div><br><hr id='zwchr'><div><b>De: </b>" + FROM + "<br><b>À: "
        f'</b>{LINKED}<br><b>Cc: </b>"Igor" &lt;{IGOR}&gt;<br><b>Envoyé: </b>Samedi 28 '
        f"Novembre 2026 11:15:12<br><b>Objet: </b>{NUMBER}<br></div><br><div>"
        "{ours}</div>"
    ),
    "zimbra english": (
        "<div>{answer}</div><br>----- Original Message -----<br>From: " + FROM + "<br>"
        f"To: {TO}<br>Sent: Saturday, 28 November, 2026 11:15:12<br>Subject: {NUMBER}"
        "<br><br>{ours}"
    ),
    "yahoo": (
        "<div>{answer}</div><div id='ydp1yahoo_quoted_1' class='ydp1yahoo_quoted'><div>"
        f"Le samedi 28 novembre 2026 à 11:15:12 UTC+1, {FROM} a écrit :</div><div><br>"
        "</div><div>{ours}</div></div>"
    ),
    "samsung": (
        "<div>{answer}</div><div id='composer_signature'>Envoyé depuis mon appareil "
        "Galaxy</div><div><br></div><div><div>-------- Message d'origine --------</div>"
        f"<div>De : {FROM}</div><div>Date : 28/11/2026 11:15 (GMT+01:00)</div><div>À : "
        f"{TO}</div><div>Objet : {NUMBER}</div><div><br></div></div>"
        "{ours}"
    ),
    "bluemail": (
        "<div>{answer}</div><div class='replyHeader'>Le 28 nov. 2026, à 11:15, "
        f"{FROM} a écrit:</div><br><br><blockquote class='bluemail-quote'>"
        "{ours}</blockquote>"
    ),
    "spark": (
        "<div name='messageBodySection'>{answer}</div><div name='messageReplySection'>"
        f"On 28 Nov 2026, 11:15 +0100, {FROM}, wrote:<br><blockquote>"
        "{ours}</blockquote></div>"
    ),
    "em client": (
        "<div>{answer}</div><div>------ Original Message ------</div><div>From: "
        f"{FROM}</div><div>To: {TO}</div><div>Date: 28/11/2026 11:15:12</div><div>"
        f"Subject: {NUMBER}</div><br><blockquote type='cite'>"
        "{ours}</blockquote>"
    ),
    "notes": (
        "<font>{answer}</font><br><br><font color=#5f5f5f>De : </font><font>OpenIP &lt;"
        f"{MAIL}&gt;</font><br><font>A : </font><font>{TO}</font><br><font>Date : "
        f"</font><font>28/11/2026 11:15</font><br><font>Objet : </font><font>{NUMBER}"
        "</font><br><hr noshade><br>{ours}"
    ),
    "notes table": (
        "<p>{answer}</p><table><tr><td>From:</td><td>" + FROM + "</td></tr><tr><td>To:"
        f"</td><td>{LINKED}</td></tr><tr><td>Date:</td><td>28.11.2026 11:15</td></tr>"
        f"<tr><td>Subject:</td><td>{NUMBER}</td></tr></table><hr>"
        "{ours}"
    ),
    "gmx german": (
        "<div>{answer}</div><div name='quote' style='border-left:2px solid #C3D9E5'>"
        "<div><b>Gesendet:</b>&nbsp;Samstag, 28. November 2026 um 11:15 Uhr<br><b>Von:"
        f"</b>&nbsp;{FROM}<br><b>An:</b>&nbsp;{TO}<br><b>Betreff:</b>&nbsp;{NUMBER}"
        "</div><div>{ours}</div></div>"
    ),
    "horde": (f"<p>{{answer}}</p><p>OpenIP &lt;{MAIL}&gt; a écrit :</p>" + CITE),
    "help desk line": (
        "<p>{answer}</p><p>##- Merci de répondre au-dessus de cette ligne -##</p>{ours}"
    ),
    "help desk english": (
        "<p>{answer}</p><div>## Please reply above this line ##</div>{ours}"
    ),
    "no sign at all": "<p>{answer}</p><br>{ours}",
    "typed rule": "<div>{answer}</div><div>________________________________</div>{ours}",
}

PLAIN = {
    "outlook plain": (
        f"{{answer}}\n\n-----Message d'origine-----\nDe : OpenIP <{MAIL}>\nEnvoyé : "
        f"samedi 28 novembre 2026 11:15\nÀ : Sophie Lacombrade <{SOPHIE}>\nObjet : "
        f"{NUMBER}\n\n{{text}}\n"
    ),
    "outlook plain german": (
        f"{{answer}}\n\n-----Ursprüngliche Nachricht-----\nVon: OpenIP <{MAIL}>\n"
        f"Gesendet: Samstag, 28. November 2026 11:15\nAn: Sophie <{SOPHIE}>; Igor\n"
        f"<{IGOR}>\nBetreff: {NUMBER}\n\n{{text}}\n"
    ),
    "outlook plain english": (
        f"{{answer}}\n\n________________________________\nFrom: OpenIP [mailto:{MAIL}]\n"
        f"Sent: Saturday, November 28, 2026 11:15 AM\nTo: Sophie <{SOPHIE}>\nSubject: "
        f"{NUMBER}\n\n{{text}}\n"
    ),
    "roundcube plain": (
        "{answer}\n\nLe 2026-11-28 11:15, OpenIP a écrit :\n{quoted}\n"
    ),
    "thunderbird plain english": (
        "{answer}\n\nOn 28/11/2026 11:15, OpenIP wrote:\n{quoted}\n"
    ),
    "k-9": (
        f"{{answer}}\n\nLe 28 novembre 2026 11:15:12 GMT+01:00, OpenIP <{MAIL}> a écrit :\n"
        "{quoted}\n"
    ),
    "k-9 unmarked": (
        f"{{answer}}\n-- \nEnvoyé de mon appareil Android avec Courriel K-9 Mail.\n\nLe 28 "
        f"novembre 2026 11:15:12 GMT+01:00, OpenIP <{MAIL}> a écrit :\n{{text}}\n"
    ),
    "gmail plain wrapped": (
        f"{{answer}}\n\nLe sam. 28 nov. 2026 à 11:15, OpenIP <{MAIL}> a\nécrit :\n\n"
        "{quoted}\n"
    ),
    "mutt": (
        "On Sat, Nov 28, 2026 at 11:15:12AM +0100, OpenIP wrote:\n{quoted}\n\n{answer}\n"
    ),
    "claws german": (
        f"{{answer}}\n\nAm Sat, 28 Nov 2026 11:15:12 +0100\nschrieb OpenIP <{MAIL}>:\n\n"
        "{quoted}\n"
    ),
    "apple plain": (
        f"{{answer}}\n\n> Le 28 nov. 2026 à 11:15, OpenIP <{MAIL}> a écrit :\n> \n{{quoted}}\n"
    ),
    "orange plain": (
        f'{{answer}}\n\n> Message du 28/11/26 11:15\n> De : "OpenIP" <{MAIL}>\n> A : '
        f'"Sophie" <{SOPHIE}>\n> Copie à : \n> Objet : {NUMBER}\n> \n{{quoted}}\n'
    ),
    "zimbra plain": (
        f'{{answer}}\n\n----- Mail original -----\nDe: "OpenIP" <{MAIL}>\nÀ: "Sophie" '
        f"<{SOPHIE}>\nEnvoyé: Samedi 28 Novembre 2026 11:15:12\nObjet: {NUMBER}\n\n{{text}}\n"
    ),
    "pine": f"{{answer}}\n\n---- OpenIP <{MAIL}> a écrit ----\n{{text}}\n",
    "help desk plain": (
        "{answer}\n\n##- Veuillez saisir votre réponse au-dessus de cette ligne -##\n{text}\n"
    ),
}
