# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The words by which machines that have no header for it are known.

A word proves nothing: humans write all of these, too. Each list is data; nothing in it
takes more time than the text is long.
"""

import re

# Subjects. A responder begins with a set phrase, and then repeats the subject that it
# answers. Telephones have absence messages and automatic answers, too: what goes on
# otherwise is a human's sentence about them.

# Phrases that hardly anybody but a responder begins a subject with.
SET_PHRASES = [
    # English
    r"out of (?:the )?office(?: auto[ -]?reply| reply| response| message)?",
    r"auto(?:matic)?[ -]?(?:reply|response)|autoreply|auto[ -]?responder",
    r"vacation (?:auto[ -]?)?(?:reply|response|message|notice)",
    r"away from (?:the |my )?(?:office|desk|mail)|away notice",
    # French
    r"r[ée]ponse auto(?:matique)?|absente? du bureau|absence du bureau",
    r"(?:notification|avis) d.absence|r[ée]ponse d.absence",
    r"absence (?:pour|en) cong[ée]s?",
    # German, Dutch
    r"automatische antwort|(?:automatische )?abwesenheits(?:notiz|meldung)|abwesend",
    r"(?:ich bin )?(?:nicht im b[üu]ro|au[ßs]+er haus)|(?:bin )?im urlaub",
    r"automatisch(?:e?) antwoord|afwezigheids(?:bericht|melding)|afwezig",
    # Spanish, Italian, Portuguese
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina|de vacaciones",
    r"risposta automatica|fuori (?:sede|ufficio)|assente(?: dall.ufficio)?",
    r"resposta autom[áa]tica|fora do escrit[óo]rio|ausencia de la oficina",
    # Nordic, Slavic, others
    r"autosvar|automatis(?:k|kt|ke) svar|ikke p[åa] kontoret|fr[åa]nvaro",
    r"automaattinen vastaus|poissaoloviesti",
    r"automatyczna odpowied[źz]|(?:poza biurem|nieobecno[śs][ćc])",
    r"automatick[áa] odpov[ěe][ďd]|automatikus v[áa]lasz|otomatik yan[ıi]t",
    r"r[ăa]spuns automat|автоматический ответ|автоответ|автоматична відповідь",
    r"αυτόματη απάντηση|自動返信|自動応答|自动回复|自動回覆|자동 응답",
    # Receipts
    r"accus[ée] de lecture|lesebest[äa]tigung",
]

# Phrases that a human who writes about telephones or holidays begins with as well.
SOFT_PHRASES = [
    # Absence
    r"ooo|oof|(?:on|annual) (?:vacation|leave|holiday)s?",
    r"(?:je suis |je serai )?(?:actuellement |momentan[ée]ment )?absente?",
    r"(?:je suis |je serai |nous sommes )?(?:actuellement |momentan[ée]ment )?"
    r"(?:en )?(?:cong[ée]s?|vacances)(?: annuels?| d.[ée]t[ée]| de no[ëe]l)?",
    r"(?:en )?(?:cong[ée]s? |arr[êe]t )?(?:de )?(?:maternit[ée]|paternit[ée]|maladie|"
    r"parental)|cong[ée] parental",
    r"absence|hors (?:du )?bureau|absence temporaire|en d[ée]placement|en formation",
    r"(?:actuellement |je suis )?indisponible|injoignable",
    r"fermeture(?: annuelle| estivale| exceptionnelle| de fin d.ann[ée]e| des bureaux|"
    r" d.[ée]t[ée])?|(?:bureaux?|soci[ée]t[ée]|entreprise|agence) ferm[ée]e?s?",
    r"d[ée]part(?: d[ée]finitif)? (?:de |en )?(?:la soci[ée]t[ée]|l.entreprise|"
    r"retraite)|(?:j.ai )?quitt[ée] (?:la soci[ée]t[ée]|l.entreprise)",
    r"changement d.adresse(?: (?:e-?)?mail| [ée]lectronique)?",
    # Responders
    r"auto|(?:message|mail|courriel|e-?mail|notification) automatique",
    r"r[ée]pondeur(?: automatique| de messagerie| mail)?",
    r"message d.absence",
    # Receipts
    r"(?:(?:not )?read|(?:non )?lue?|(?:un)?gelesen|le[íi]do|letto|gelezen)",
    r"accus[ée] de r[ée]ception(?: automatique)?",
    r"(?:confirmation|accus[ée]|avis|notification) de (?:lecture|r[ée]ception|remise)",
    r"remis|relay[ée]|distribu[ée]|d[ée]livr[ée]|delivered|relayed|(?:read|delivery|"
    r"return) receipt",
]

# What may follow a phrase, so that it stands for itself.
BREAK = r"\s*(?:$|[:：;!,.…–—(\[\])«\"-])|\s+(?=re\b|tr\b|until\b|till\b|from\b|du\b|"
BREAK += r"au\b|le \d|jusqu|bis\b|fino\b|hasta\b|tot\b|[àa] partir|from\b)"

PREFIX = r"^(?:\[[^\]]{1,60}\]\s*)?\W*"


def _join(phrases):
    return "|".join(phrases)


SET_SUBJECT = re.compile(rf"{PREFIX}(?:{_join(SET_PHRASES)})(?:{BREAK})", re.I)
SOFT_SUBJECT = re.compile(rf"{PREFIX}(?:{_join(SOFT_PHRASES)})(?:{BREAK})", re.I)

# Lotus Notes puts the name first, AOL the subject that it answers.
NAMED_SUBJECT = re.compile(
    r"^.{1,80}\b(?:is (?:out of the office|away|on (?:leave|vacation))|est absent\(e\)|"
    r"est absente? du bureau|ist außer Haus)\s*(?:$|[.(])|"
    r"^.{1,200}\((?:auto(?:matic)?[ -]?(?:reply|response)|r[ée]ponse "
    r"automatique)\)\s*$|"
    r"^auto: .{1,80}\bis (?:away|out)\b",
    re.I,
)

# How ticket systems and mail filters begin the subject of what they write themselves.
THINGS = (
    r"(?:demande|ticket|incident|requ[êe]te|dossier|message|e-?mail|mail|courriel|"
    r"signalement|appel|d[ée]claration|intervention)"
)
ACKNOWLEDGED = (
    r"(?:re[çc]ue?s?|enregistr[ée]e?s?|cr[ée][ée]e?s?|ouverte?s?|prise? en (?:compte|"
    r"charge)|transmise?s?|valid[ée]e?s?)"
)
ACKNOWLEDGING_SUBJECTS = [
    rf"(?:nouveau|nouvelle|votre) {THINGS}\b.{{0,60}}\ba (?:bien )?(?:[ée]t[ée] )"
    rf"(?:bien )?{ACKNOWLEDGED}",
    r"nouveau (?:ticket|dossier)\b(?! de transport)|nouvelle (?:demande|"
    r"requ[êe]te)\s*:",
    rf"{THINGS}(?: n\S{{0,3}} ?\S{{1,20}})? (?:bien )?{ACKNOWLEDGED}\s*(?:$|[-:–\](.])",
    rf"(?:accus[ée]|confirmation|avis|notification) (?:de|d.)\s?(?:r[ée]ception|"
    rf"enregistrement|cr[ée]ation|ouverture|prise en (?:compte|charge)) (?:de |d.)"
    rf"(?:votre |vos |la |une? |l.)?{THINGS}",
    rf"merci (?:pour|de) votre {THINGS}",
    r"(?:demande|confirmation|validation) d.(?:authentification|envoi|identit[ée])",
    r"(?:confirmez|validez|authentifiez) (?:votre|l.) ?(?:envoi|message|adresse|"
    r"identit[ée]|exp[ée]dition|e-?mail)",
    rf"votre {THINGS}\b.{{0,30}}\best (?:en attente|bloqu[ée]|retenue?|mise? en "
    rf"(?:attente|quarantaine)|en cours de traitement)",
    r"bo[îi]te(?: aux lettres| mail| e-?mail| de r[ée]ception| [ée]lectronique)? "
    r"(?:est )?(?:pleine|satur[ée]e)|quota d[ée]pass[ée]",
    r"(?:your )?(?:request|ticket|case|support ticket|inquiry)\b.{0,60}\b(?:has been|"
    r"was|is) (?:received|registered|created|opened|logged|acknowledged)",
    r"(?:request|ticket|case) (?:received|created|opened|registered)\s*(?:$|[-:–\](.])",
    r"we(?: have|.ve)? received your|thank you for (?:contacting|your (?:request|"
    r"enquiry|inquiry|ticket))|(?:acknowledg(?:e)?ment|confirmation) of (?:receipt|"
    r"your)",
    r"mailbox (?:is )?full|(?:confirm|verify) your (?:e-?mail|message|address)",
]
ACKNOWLEDGING_SUBJECT = re.compile(
    rf"{PREFIX}(?:{_join(ACKNOWLEDGING_SUBJECTS)})", re.I
)

# After the phrase: the subject of a mail of ours, or a time, or nothing.
FOLLOWED_BY_TIME = re.compile(
    r"^[\s:,(–—-]*(?:du|jusqu|until|till|from|au|le|bis|[àa] (?:partir|compter)|from)\b"
    r"[^a-z]{0,3}.{0,40}\d",
    re.I,
)
FOLLOWED_BY_SUBJECT = re.compile(
    r"^[\s\W]*(?:re|r[ée]f|aw|sv|rv|tr|fwd?)\s?:|\b[A-Z]{1,6}\d{4}[-–]\d", re.I
)
# What a human reports of a thing that is named like a responder.
FAULT = re.compile(
    r"\b(?:ne |n.)\S.{0,30}\b(?:plus|pas|jamais|rien)\b|\bse (?:coupe|d[ée]clenche|"
    r"r[ée]p[èe]te|lance|bloque)|\ben panne\b|\bhs\b|\bcoup[ée]e?s?\b|muet|inaudible|"
    r"\b(?:trop|toujours|encore|plus) \w|\bok\b|d[ée]croche|\b(?:does|do|is|are|"
    r"has)(?: "
    r"not|n.t)\b|\bdead\b|\bbroken\b|\b(?:stops?|cuts?|fails?)\b|\bsilent\b|\?\s*$",
    re.I,
)

# The first words of a mail. One of these suffices.
SENTENCES = [
    # Automatic, French
    r"(?:ceci|cela|cet? (?:e-?mail|courriel|message|mail)) (?:est|constitue) (?:un|"
    r"une) "
    r"(?:(?:e-?mail|courriel|message|mail|r[ée]ponse|notification|accus[ée]) )"
    r"(?:de r[ée]ception )?(?:\w+ )?(?:automatique|automatis[ée]e?|g[ée]n[ée]r[ée]e?)",
    r"^\W*(?:r[ée]ponse|message|notification|accus[ée] de r[ée]ception) "
    r"automatique\W*$",
    r"(?:e-?mail|courriel|message|mail|notification|r[ée]ponse)(?: (?:a [ée]t[ée]|est|"
    r"vous est))? (?:g[ée]n[ée]r[ée]e?|envoy[ée]e?|[ée]mise?|transmise?|adress[ée]e?) "
    r"(?:automatiquement|par un (?:automate|robot|syst[èe]me))",
    r"(?:ne pas|ne) (?:y )?r[ée]pond(?:re|ez)(?: pas)? (?:directement )?(?:[àa] )?"
    r"(?:cet?(?:te)?|au pr[ée]sent) (?:message|e-?mail|courriel|mail|adresse|"
    r"notification|r[ée]ponse)",
    r"(?:merci|pri[èe]re|veuillez|inutile) (?:de )?ne pas (?:y )?r[ée]pondre",
    r"r[ée]ponse automatique[,.] (?:merci|veuillez|ne pas)",
    # Acknowledged, French
    rf"votre {THINGS}(?: \S{{1,20}}){{0,6}} (?:a|est|sera)(?: \S{{1,15}}){{0,2}} "
    r"(?:enregistr[ée]e?|cr[ée][ée]e?|ouverte?|re[çc]ue?|prise? en (?:compte|charge)|"
    r"transmise?|arriv[ée]e?|remise?|lue?|distribu[ée]e?|affich[ée]e?|trait[ée]e? "
    r"(?:dans|par)|attribu[ée]e?|affect[ée]e?|en attente|retenue?|bloqu[ée]e?|en cours "
    r"de"
    r" traitement|mise? en (?:attente|quarantaine))\b",
    rf"nous (?:avons|accusons)(?: \S{{1,15}}){{0,3}} (?:re[çc]u|r[ée]ception|"
    rf"enregistr[ée]|"
    rf"pris en compte)(?: de)? (?:votre|vos) {THINGS}",
    rf"{THINGS} (?:vient d.[êe]tre|a [ée]t[ée]|est)(?: bien)? (?:enregistr[ée]e?|"
    rf"cr[ée][ée]e?|"
    r"ouverte?) (?:sous|avec|dans)",
    r"(?:enregistr[ée]e?|cr[ée][ée]e?|ouverte?|suivie?)[^.!?\n]{0,30} sous (?:le |la )?"
    r"(?:num[ée]ro|n°|r[ée]f)",
    rf"(?:elle|il|votre {THINGS}) (?:porte|a re[çc]u) (?:le num[ée]ro|la "
    rf"r[ée]f[ée]rence)",
    rf"merci (?:de nous avoir contact[ée]|d.avoir contact[ée]|pour votre "
    rf"{THINGS}\b.{{0,40}}"
    r"(?:technicien|[ée]quipe|conseiller|bient[ôo]t))",
    r"(?:e-?mail|courriel|message|mail) a (?:bien )?[ée]t[ée] (?:lu|remis|distribu[ée]|"
    r"affich[ée]|transmis aux?)\b|^\W*a [ée]t[ée] (?:lue?|affich[ée]e?|supprim[ée]e?) "
    r"le\b",
    r"la remise [àa] ces destinataires est termin[ée]e",
    r"(?:souhaite|voudrait) rappeler le message|would like to recall the message",
    # Absence, French
    r"(?:je (?:suis|serai)|nous (?:sommes|serons))(?: \w+){0,2} (?:absente?s?|en "
    r"(?:cong[ée]s?|"
    r"vacances|arr[êe]t|d[ée]placement|formation|cong[ée] \w+)|indisponibles?|"
    r"injoignables?|hors (?:du|de mon) bureau)\b[^.!?\n]{0,40}(?:jusqu|\bdu \S+ \S+ "
    r"?\S* au |"
    r"\bdu \d|[àa] (?:partir|compter) d|de retour|\bret(?:our|ourne)\b|sans acc[èe]s)",
    r"(?:je (?:suis|serai)|nous (?:sommes|serons)) (?:actuellement |momentan[ée]ment |"
    r"temporairement )(?:absente?s?|en (?:cong[ée]s?|vacances|arr[êe]t|d[ée]placement|"
    r"formation)|indisponibles?|injoignables?)",
    r"^\W*(?:actuellement|momentan[ée]ment) (?:absente?s?|en (?:cong[ée]s?|vacances|"
    r"arr[êe]t)|indisponibles?)",
    r"(?:je suis|nous sommes) absente?s? du bureau\b",
    r"(?:nos|les|notre|la|le|l.)\s?(?:bureaux|locaux|services|[ée]quipes|agences|"
    r"ateliers|"
    r"bureau|soci[ée]t[ée]|entreprise|agence|[ée]tablissement|cabinet|magasin|"
    r"secr[ée]tariat|"
    r"accueil|standard|atelier|service \w+) (?:est|sont|sera|seront)(?: \w+)? "
    r"ferm[ée]e?s?"
    r"[^.!?\n]{0,20}(?:jusqu|\bdu \S.{0,30}\bau\b|pour (?:cong[ée]s|travaux|"
    r"inventaire)|"
    r"de retour|et (?:rouvr|r[ée]ouvr))",
    r"(?:je )?(?:ne |n.)(?:lis|consulte|rel[èe]ve|traite|lirai|consulterai|"
    r"rel[èe]verai|"
    r"traiterai) pas (?:mes|ma|les|cette|r[ée]guli[èe]rement)",
    r"(?:pas|sans|aucun|peu d.) ?acc[èe]s (?:[àa] (?:ma|mes|la)|r[ée]gulier [àa]|aux?) "
    r"(?:messages?|"
    r"messagerie|bo[îi]te|mails?|e-?mails?|courriels?)",
    r"votre (?:message|mail|e-?mail|courriel) (?:sera|ne sera) (?:lu|trait[ée]|pris|"
    r"pas)",
    r"(?:je (?:vous )?(?:r[ée]pondrai|prendrai connaissance|lirai|traiterai|"
    r"recontacterai|"
    r"reviendrai vers vous)|(?:une|votre) r[ée]ponse)[^.!?\n]{0,60}(?:[àa]|d[èe]s) "
    r"(?:mon|notre) retour",
    r"j.ai (?:d[ée]finitivement )?quitt[ée] (?:la soci[ée]t[ée]|l.entreprise|mes "
    r"fonctions|"
    r"le groupe|mon poste|la structure|l.association|l.[ée]tablissement)",
    r"(?:n.est|ne fait|ne fais|ne travaille|n.exerce) plus (?:partie (?:de|des)|"
    r"salari[ée]|"
    r"(?:chez|dans|au sein|pour) (?:la|l.|le|notre|nous|cette))",
    r"cette (?:bo[îi]te|adresse|messagerie)(?: (?:aux lettres|de r[ée]ception|de "
    r"messagerie|"
    r"e?-?mail|[ée]lectronique)){0,2} (?:n.est (?:plus|pas)|ne sera plus|est)"
    r" (?:rel[èe]v|relev|utilis|valide|acti|consult|lue|surveill|en service|"
    r"d[ée]sactiv|"
    r"ferm|supprim)",
    # Mailbox full, not delivered, French
    r"bo[îi]te (?:aux lettres|mail|e-?mail|de r[ée]ception|"
    r"[ée]lectronique)\b[^.!?\n]{0,40}"
    r"(?:pleine|satur[ée]e|quota)",
    rf"votre {THINGS}\b.{{0,80}}(?:n.a pas (?:pu [êe]tre|[ée]t[ée])|n.ont pas (?:pu "
    rf"[êe]tre|"
    r"[ée]t[ée])) (?:enregistr|remis|distribu|d[ée]livr|transmis|achemin)",
    # Who asks for a proof, French
    r"prot[ée]g[ée]e?s? (?:contre|par|des) [^.!?\n]{0,40}(?:ind[ée]sirable|spam|"
    r"pourriel|"
    r"mailinblack|non sollicit)",
    r"(?:cliqu(?:ez|er)|lien ci-dessous|lien suivant)[^.!?\n]{0,80}(?:authentifi|"
    r"confirmer|valider votre|prouver|identifi|recopi)",
    r"recopi(?:ez|er) (?:le|les|ce|ces) (?:mots?|caract[èe]res?|codes?|chiffres?|"
    r"lettres?)",
    r"prouver que vous (?:n.)?[êe]tes",
    # English
    r"this (?:is|e-?mail is|message is|message was|e-?mail was) (?:an? "
    r")?(?:auto(?:mat(?:ed|ic|"
    r"ically))?[ -]?(?:generated|reply|response|message|e-?mail|mail|notification|"
    r"answer|"
    r"acknowledg)|sent automatically|auto-?reply)",
    r"(?:please )?do not (?:reply|respond) (?:directly )?to this (?:e-?mail|message|"
    r"mail|"
    r"notification|address)",
    r"\byour (?:request|ticket|message|e-?mail|mail|case|inquiry|enquiry|query)(?: "
    r"\S{1,20}){0,4}"
    r" (?:has been|was|is being|is) (?:received|registered|created|logged|opened|"
    r"recorded|"
    r"queued|read|displayed|assigned|delivered|held|quarantined|awaiting)",
    r"\ba (?:new )?(?:ticket|case|request)(?: \S{1,20}){0,4} has been (?:created|"
    r"opened|logged)",
    r"we (?:have|.ve)? ?received your (?:request|message|e-?mail|ticket|inquiry|"
    r"enquiry)",
    r"\bi(?: am|.m| will be|.ll be)(?: \w+)? (?:out of (?:the )?office|on (?:annual |"
    r"maternity |paternity |sick |parental )?(?:leave|vacation|holidays?)) "
    r"?(?:until|from|till|and|with|through|\.|,|$|on \w+day)",
    r"\b(?:limited|no|intermittent) access to (?:my )?e-?mail",
    r"\bi (?:will|shall) (?:reply|respond|get back|answer|read)[^.!?\n]{0,60}(?:when i|"
    r"upon my|"
    r"on my) return",
    r"\bno longer (?:works? (?:at|for|here|with)|employed|with (?:the|this) company)|"
    r"\b(?:mailbox|inbox|address|account)\b.{0,40}(?:is|are) (?:full|not monitored|"
    r"unattended|unmonitored|no longer (?:monitored|in use|used|valid|active|read))",
    r"\b(?:confirm|verify) (?:that )?you(?: are|.re)? (?:a )?(?:human|real)",
    # German
    r"dies ist eine automatische|ihre anfrage (?:ist|wurde)\b.{0,40}(?:eingegangen|"
    r"unter|"
    r"erfasst)|ich bin (?:derzeit|zurzeit|momentan|bis)\b.{0,40}(?:nicht|urlaub|"
    r"erreichbar)",
]
SENTENCE = re.compile(_join(SENTENCES), re.I | re.M)

# Two different ones of these suffice: each alone stands in what humans write as well.
HINTS = [
    r"\bi(?: am|.m| will be)(?: \w+)? away\b|\b(?:i will|i.ll) (?:be back|return) on",
    r"en cas d.urgence|for urgent (?:matters|issues)|in (?:urgent cases|case of "
    r"emergency)",
    r"(?:[àa]|d[èe]s) (?:mon|notre) retour|(?:when|until) i return|(?:up)?on my return",
    r"dans les (?:meilleurs|plus brefs) d[ée]lais|as soon as possible",
    r"(?:merci|veuillez|vous pouvez) (?:de |vous )?(?:adresser|contacter|[ée]crire|"
    r"joindre|"
    r"vous adresser|transmettre|prendre contact)|please contact",
    r"je (?:suis|serai) (?:absente?|en (?:cong[ée]s?|vacances|arr[êe]t))",
    r"un(?: de nos|e?) (?:technicien|conseiller|op[ée]rateur|agent|membre|"
    r"collaborateur)\w*\b"
    r"[^.!?\n]{0,60}(?:vous|prendra|traitera|va)\b",
    r"(?:num[ée]ro|r[ée]f[ée]rence) (?:de )?(?:ticket|dossier|suivi|demande)|ticket "
    r"(?:number|id)",
    r"(?:rappeler|indiquer|mentionner) (?:ce|cette|le|la) (?:num[ée]ro|"
    r"r[ée]f[ée]rence)",
    r"bonne r[ée]ception|votre message (?:nous )?est bien",
]
HINT = [re.compile(pattern, re.I) for pattern in HINTS]

# A human who is away goes on: what follows "but" is an answer, not whom else to ask.
ANSWERED = re.compile(
    r"\bmais (?!vous|n.h[ée]sit|mes\b|mon\b|ma\b|notre|nos\b|l.[ée]quipe|le "
    r"(?:standard|"
    r"support|service)|(?:je|nous) (?:\w+ ){0,2}(?:r[ée]pondr|reviendr|traiter|lir|"
    r"reste|"
    r"consult))|\bvoici\b|\bvoil[àa]\b|je (?:vous )?r[ée]ponds\b|quand m[êe]me|"
    r"\bci-joint|"
    r"\bbut (?!you|please|i will|my|our)|\bhere (?:is|are)\b",
    re.I,
)

# How calendars put the acceptance of an invitation into words.
CALENDAR_SENTENCE = re.compile(
    r"\b(?:a |ont |has |have )?(?:provisoirement |tentatively )?(?:accept[ée]e?|"
    r"refus[ée]e?|"
    r"d[ée]clin[ée]e?|accepted|declined)\b.{0,30}(?:invitation|r[ée]union|meeting|"
    r"rendez-vous|[ée]v[ée]nement|event)",
    re.I,
)

# How mail systems that say nowhere else what they are begin the subject of a report.
REPORT_SUBJECTS = re.compile(
    r"^\W*(?:undeliver(?:able|ed)\b|non[- ]?delivery\b|mail system error\b|"
    r"mail delivery (?:fail|error|warning|report|status|system|problem)|"
    r"(?:mail |message |permanent )?delivery (?:status )?(?:notification|fail|report)|"
    r"returned (?:e?-?mail|to sender)\b|failure notice|failed mail\b|"
    r"(?:your |the )?(?:e?-?mail|message) (?:could|can) ?not be delivered|"
    r"(?:mail|message) delivery has\b|delivery has (?:failed|been delayed)|"
    r"non remis\b|(?:message|mail|courriel|e-?mail) non (?:remis|distribu|délivr)|"
    r"[ée]chec de (?:la )?(?:remise|distribution|livraison)|"
    r"(?:avis|notification) de non[- ](?:remise|distribution)|"
    r"bo[îi]te(?: aux lettres| mail)? pleine\b|"
    r"unzustellbar|zustellung fehlgeschlagen|(?:mail)?zustellung (?:nicht|verz)|"
    r"no se (?:puede|pudo) entregar|mensaje no entregado|"
    r"mancato recapito|impossibile recapitare|onbestelbaar|n[ãa]o foi poss[íi]vel|"
    r"nie mo[żz]na dostarczy|недоставленное|"
    # Lists that turn a mail down or see a loop (fml).
    r"loop (?:alert|back warning)\b|fml system error|ignored not member|"
    # Some put what has happened behind the subject that comes back.
    r".{1,300}(?:\(delivery failed\)|: non remis)\s*(?:$|\())",
    re.I,
)

# What tells a report from a human's words about one: the mail comes back with it.
RETURNED_HEAD = re.compile(
    r"^[> \t]*(?:Received|Message-ID|Return-Path):\s", re.I | re.M
)
SMTP_REPLY = re.compile(r"\b[45]\d\d[ -]#?[45]\.\d{1,2}\.\d{1,3}\b|\b55[0-4][ -]\S")
UNDELIVERED = re.compile(
    r"(?:not|n't|n’t|unable to|fail(?:ed|ure)?(?: to)?) (?:be )?deliver|undeliver|"
    r"delivery (?:has |of |to )?\S{0,40}\s?(?:fail|postpon|delay)|"
    r"(?:user|recipient|address) unknown|unknown (?:user|recipient|address)|"
    r"mailbox (?:is )?(?:full|unavailable)|pu [êe]tre (?:remis|d[ée]livr|distribu)|"
    r"nicht zugestellt|no (?:se )?ha podido entregar|recapitar|consegnat",
    re.I,
)
