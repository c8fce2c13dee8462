# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails about one of ours, each with whether it may be a party's answer.

``{subject}`` is the subject of our mail, which repeats the incident's number.
"""

YES, NO, DOUBT = "yes", "no", "doubtful"

AWAY = (
    "Bonjour,\n\nJe suis absente du bureau jusqu'au vendredi 4 décembre inclus.\n"
    "En cas d'urgence, appelez le standard.\n\nCordialement"
)
CREATED = (
    "Bonjour,\n\nVotre demande a bien été enregistrée sous le numéro 771.\n"
    "Un technicien va la traiter."
)
PROVE = (
    "Bonjour,\n\nVotre message est en attente : la boîte de votre correspondant est "
    "protégée contre les courriers indésirables.\nCliquez sur ce lien pour confirmer "
    "votre adresse."
)
QUOTED = "\n".join(f"> {line}" for line in AWAY.split("\n"))
TYPED = "Bonjour,\n\nLa box a été remplacée à 9 h 40, tout remarche.\n\nFrédéric"
# (what it is, subject, headers, words)
MACHINES_WITHOUT_HEADERS = [
    ("absence in the subject", "Je suis absente", {}, "À bientôt."),
    ("absence, then our subject", "En congés Re: {subject}", {}, "À bientôt."),
    ("absence until", "Indisponible jusqu'au 12/12", {}, "À bientôt."),
    ("absence from to", "Congés du 21/12 au 04/01", {}, "À bientôt."),
    ("closed", "Fermeture annuelle", {}, "À bientôt."),
    ("in brackets", "[Absence] {subject}", {}, "À bientôt."),
    ("responder", "Répondeur automatique : {subject}", {}, "À bientôt."),
    ("left", "Départ de la société", {}, "À bientôt."),
    ("abbreviated", "OOO: {subject}", {}, "See you."),
    ("reply behind it", "Out of office reply", {}, "See you."),
    ("receipt", "Lu : {subject}", {}, ""),
    ("receipt", "Confirmation de lecture : {subject}", {}, ""),
    ("receipt", "Accusé de réception : {subject}", {}, ""),
    ("delivered", "Remis : {subject}", {}, ""),
    ("words", "Re: {subject}", {}, AWAY),
    ("words", "Re: {subject}", {}, "Nos bureaux sont fermés du 24 au 31 décembre."),
    ("words", "Re: {subject}", {}, "Actuellement en congé, je ne lis pas mes mails."),
    ("words", "Re: {subject}", {}, "J'ai quitté la société le 2 novembre."),
    ("words", "Re: {subject}", {}, "Cette adresse n'est plus relevée."),
    ("words", "Re: {subject}", {}, "Ceci est un message automatique."),
    ("words", "Re: {subject}", {}, "Merci de ne pas répondre à ce courriel."),
    ("words", "Re: {subject}", {}, "I am out of the office until Monday."),
    ("words", "Re: {subject}", {}, "This is an automated reply. Thank you."),
    ("words", "Re: {subject}", {}, "Your ticket #12 has been created."),
    ("acknowledged", "[#771] Nouveau ticket : {subject}", {}, "À suivre."),
    ("acknowledged", "Votre demande 771 a été enregistrée", {}, "À suivre."),
    ("acknowledged", "Ticket reçu - {subject}", {}, "À suivre."),
    ("acknowledged", "Re: {subject} [DEMANDE 771]", {}, CREATED),
    ("mailbox", "Boîte aux lettres pleine", {}, "Réessayez plus tard."),
    ("asks for a proof", "Re: {subject}", {}, PROVE),
    ("asks for a proof", "Demande d'authentification", {}, "Cliquez ici."),
    ("above the quote", "Re: {subject}", {}, f"{AWAY}\n\n> Depuis quand ?\n"),
]

# (what it is, subject, headers, words)
PROGRAMS_OF_HUMANS = [
    ("GLPI", "[GLPI #12] {subject}", {"Auto-Submitted": "auto-generated"}, TYPED),
    ("GLPI", "[GLPI #12] {subject}", {"X-GLPI-Source": "1"}, TYPED),
    ("Redmine", "[Incident #12] {subject}", {"X-Redmine-Issue-Id": "12"}, TYPED),
    ("Jira", "INT-12 {subject}", {"X-JIRA-FingerPrint": "a1"}, TYPED),
    ("Zendesk", "Re: {subject}", {"X-Mailer": "Zendesk Mailer"}, TYPED),
    ("ServiceNow", "Re: {subject}", {"X-ServiceNow-Generated": "true"}, TYPED),
    ("Request Tracker", "[x #12] {subject}", {"X-RT-Loop-Prevention": "x"}, TYPED),
    ("OTRS", "[Ticket#12] {subject}", {"X-OTRS-Loop": "1"}, TYPED),
    ("Odoo", "Re: {subject}", {"X-Odoo-Objects": "project.task-1"}, TYPED),
    ("FreeScout", "Re: {subject}", {"X-FreeScout-Mail-Type": "alert"}, TYPED),
    ("Mailinblack", "Re: {subject}", {"X-Mailinblack-Id": "1"}, TYPED),
    ("old list", "[x] {subject}", {"Precedence": "bulk", "X-list": "x"}, TYPED),
    ("bulk", "Re: {subject}", {"Precedence": "bulk"}, TYPED),
    ("nobody reads there", "Re: {subject}", {"From": "no-reply@c.example.com"}, TYPED),
    ("complaint", "complaint about message from 192.0.2.1", {}, TYPED),
]

# (what it is, subject, headers, words)
CERTAIN_MACHINES = [
    ("responder", "Re: {subject}", {"Auto-Submitted": "auto-replied"}, TYPED),
    ("both signs", "Absence du bureau", {"Auto-Submitted": "auto-generated"}, AWAY),
    ("nobody to return to", "Re: {subject}", {"Return-Path": "<>"}, AWAY),
    ("FreeScout", "Re: {subject}", {"X-FreeScout-Mail-Type": "auto.reply"}, TYPED),
    (
        "failed",
        "Échec de remise : {subject}",
        {"From": "no-reply@isp.example.com"},
        "Adresse inconnue. 550 5.1.1\n\nMessage-ID: <ours@operator.example.com>",
    ),
    (
        "failed",
        "Avis",
        {"From": "no-reply@isp.example.com"},
        "La boîte n'existe pas : 550 5.1.1 inconnue",
    ),
    (
        "failed",
        "Re: {subject}",
        {"From": "post_master@isp.example.com"},
        "550 - Requested action not taken: no such user here",
    ),
    ("loop of a list", "Loop Alert: (x ML)", {"Message-ID": "<1.FML@x.example>"}, "-"),
]

# (what it is, subject, headers, words)
HUMANS = [
    ("nothing", "Re: {subject}", {}, "Since this morning."),
    ("one word", "Re: {subject}", {}, "oui"),
    ("a fault", "Absent : le technicien n'a pas trouvé le local", {}, "Mardi ?"),
    ("a fault", "Message d'absence : ne se déclenche plus", {}, "Depuis hier."),
    ("a fault", "Message automatique : il se coupe", {}, "Au bout de 3 s."),
    ("a fault", "Répondeur : la bande est inaudible", {}, "Depuis hier."),
    ("a fault", "Réponse automatique : décroche toute seule", {}, "Depuis hier."),
    ("a fault", "Hors du bureau, plus de tonalité", {}, "Depuis hier."),
    ("read and agreed", "Lu : OK pour mardi", {}, "OK pour mardi 9 h."),
    ("away, but", "En congés - je réponds quand même", {}, "Depuis 8 h."),
    ("away, but", "Re: {subject}", {}, "Je suis absent demain, mais voici le numéro."),
    ("a delivery", "Échec de livraison du routeur", {}, "Le livreur est reparti."),
    (
        "quotes a machine",
        "Re: {subject}",
        {},
        f"Depuis 8 h.\n\nLe 28/11/2026 à 10:00, Alice a écrit :\n{QUOTED}",
    ),
    (
        "quotes a report",
        "Re: {subject}",
        {"User-Agent": "Thunderbird"},
        "Notre relais dit :\n550 5.1.1 no such user",
    ),
    ("no envelope", "RE: {subject}", {"Return-Path": "<>"}, "Tous les postes."),
    ("address of a desk", "Re: {subject}", {"From": "it-help@c.example.com"}, "8 h."),
    ("its own post", "Re: {subject}", {"From": "postmaster@c.example.com"}, "8 h."),
    ("group", "Re: {subject}", {"List-Post": "<mailto:x@c.example.com>"}, "8 h."),
    ("agent", "Re: {subject}", {"X-FreeScout-Mail-Type": "customer.message"}, "8 h."),
    ("Exchange", "Re: {subject}", {"X-Auto-Response-Suppress": "All"}, "8 h."),
]

CASES = [
    *((*case, DOUBT) for case in MACHINES_WITHOUT_HEADERS),
    *((*case, DOUBT) for case in PROGRAMS_OF_HUMANS),
    *((*case, NO) for case in CERTAIN_MACHINES),
    *((*case, YES) for case in HUMANS),
]
